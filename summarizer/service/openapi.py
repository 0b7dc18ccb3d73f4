"""The OpenAPI description: what FastAPI cannot tell from the routes, and the examples."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from summarizer.service.answers import BRIEF
from summarizer.service.problems import MEDIA_TYPE, TITLES, ProblemDocument
from summarizer.submissions import BriefRequest

__all__ = ["ACCEPTS", "PROBLEMS", "REQUEST", "openapi_of"]

_MODELS = (BriefRequest, ProblemDocument)
_REF = "#/components/schemas/{model}"


def _problem(status: int) -> dict[str, Any]:
    titles = [title for known, title in TITLES.values() if known == status]
    schema = {"$ref": _REF.format(model="ProblemDocument")}
    return {"description": "; or: ".join(titles), "content": {MEDIA_TYPE: {"schema": schema}}}


PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: _problem(status) for status in sorted({one for one, _ in TITLES.values()})
}

_TEXT = {"schema": {"type": "string"}}
ACCEPTS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "In the form that was asked for.",
        "content": {
            "application/json": {"schema": {"type": "object"}},
            BRIEF: {"schema": {"type": "object", "description": "summarizer.brief/1"}},
            "text/markdown": _TEXT,
            "text/html": _TEXT,
        },
    }
}

EXAMPLES = {
    "texts": {
        "summary": "A pasted report",
        "value": {
            "texts": [
                {
                    "text": "The minister said on Tuesday that the ferry would not run without a subsidy.",
                    "outlet": "Harbour Gazette",
                    "published": "2031-06-18",
                }
            ],
            "title": "The ferry",
        },
    },
    "addresses": {
        "summary": "Pages, compared with an earlier brief",
        "value": {"addresses": ["https://news.example/ferry"], "earlier": "j-0123456789abcdef"},
    },
}

_STRINGS = {"type": "array", "items": {"type": "string"}}
_FORM = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "file": {"type": "array", "items": {"type": "string", "format": "binary"}, "description": "Any file it reads."},
        "text": _STRINGS,
        "address": _STRINGS,
        "outlet": {"type": "string"},
        "published": {"type": "string", "format": "date"},
        "title": {"type": "string", "maxLength": 500},
        "kind": {"type": "string", "default": "negotiation"},
        "earlier": {"type": "string", "pattern": "^j-[0-9a-f]{16}$"},
    },
}

REQUEST: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"$ref": _REF.format(model="BriefRequest")}, "examples": EXAMPLES},
            "multipart/form-data": {"schema": _FORM},
        },
    }
}


def openapi_of(app: FastAPI) -> dict[str, Any]:
    """Return the description, made once."""
    if app.openapi_schema is None:
        described = get_openapi(
            title="summarizer",
            version=version("summarizer"),
            summary="Briefs of messy reports, every line checked against its source.",
            routes=app.routes,
        )
        schemas = described.setdefault("components", {}).setdefault("schemas", {})
        for model in _MODELS:
            schema = model.model_json_schema(ref_template=_REF)
            schemas.update(schema.pop("$defs", {}))
            schemas[model.__name__] = schema
        described["components"]["securitySchemes"] = {
            "bearer": {"type": "http", "scheme": "bearer"},
            "basic": {"type": "http", "scheme": "basic", "description": "The token as the password: for browsers."},
        }
        described["security"] = [{}, {"bearer": []}, {"basic": []}]
        app.openapi_schema = described
    return app.openapi_schema
