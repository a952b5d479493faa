"""Commands that are more than a question: each a module, imported only when it is asked for."""

from __future__ import annotations
