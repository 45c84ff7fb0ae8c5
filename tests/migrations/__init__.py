"""Tests of the migrations, and the script that drafts one."""
