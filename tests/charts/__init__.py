"""Tests of the pictures: axes, colours, drawings, maps, tags."""
