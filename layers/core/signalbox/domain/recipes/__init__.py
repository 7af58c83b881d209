"""Recipes: event triggers made from a form, written as plain SQL that their author sees and may take over."""
