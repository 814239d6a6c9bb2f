"""The outline agrees with the register's chapters and with itself."""

from federations.models import Activity
from prudential.rules.outline import (
    ACTIVITY_CHAPTERS,
    NARRATIVE_KEYS,
    OUTLINE,
    narrative_sections,
    section,
)


def test_each_chapter_of_the_register_has_its_section_under_the_same_title() -> None:
    assert tuple(Activity.Chapter.values) == ACTIVITY_CHAPTERS
    for chapter in Activity.Chapter:
        assert section(chapter.value).title == chapter.label


def test_people_write_twelve_texts() -> None:
    assert NARRATIVE_KEYS == (
        "introduction", "presentation", "capacities", "structure", "quality", "advocacy",
        "communication", "gender", "lessons", "challenges", "outlook", "conclusion",
    )  # fmt: skip
    assert [item.key for item in narrative_sections()] == list(NARRATIVE_KEYS)


def test_keys_and_numbers_are_unique() -> None:
    keys = [item.key for item in OUTLINE]
    numbers = [item.number for item in OUTLINE if item.number]
    assert len(set(keys)) == len(keys)
    assert len(set(numbers)) == len(numbers)
