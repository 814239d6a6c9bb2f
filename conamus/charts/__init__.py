"""Pictures: charts and maps drawn on the server as SVG, the same in pages and in PDFs.

A picture is a frozen dataclass (`BarChart`, `LineChart`, `ShareChart`, `Pyramid`, `Sparkline`,
`TileMap`, `OutlineMap`). It draws itself with `.svg(width=…)`, gives the table of what it draws
with `.table()`, and its notes with `.notes()`. The drawing is pure Python; only `templatetags`
knows Django. The SVG carries presentation attributes alone, so it passes a content security policy
without inline styles.
"""
