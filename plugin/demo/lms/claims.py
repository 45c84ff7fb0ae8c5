"""What the demo LMS says at a launch, in Moodle's own way. Nothing here keeps state.

LTI 1.3 core, section 5.3 and 5.4; LTI-AGS 2.0, section 3.1; LTI-NRPS 2.0, section 3.6; LTI-DL 2.0,
section 4.4.
"""

import re
from datetime import datetime
from typing import Any

from plugin.demo.lms.access import (
    LINE_ITEM_READ_SCOPE,
    LINE_ITEM_SCOPE,
    RESULT_SCOPE,
    SCORE_SCOPE,
)
from plugin.demo.lms.config import Activity, Course, CourseRole, Person, PlatformConfig, Tool
from plugin.demo.lms.site import LineItem, PendingLaunch, may_teach

CLAIM = "https://purl.imsglobal.org/spec/lti/claim"
DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim"
ROLE = "http://purl.imsglobal.org/vocab/lis/v2/membership"
ADMIN_ROLES = (
    "urn:lti:sysrole:ims/lis/Administrator",
    "urn:lti:instrole:ims/lis/Administrator",
)
TOKEN_LIFE_SECONDS = 60
GUID = "demo-lms.invalid"


def launch_roles(person: Person) -> list[str]:
    """Return the roles of a launch: Moodle asks `mod/lti:manage`, so every teacher instructs."""
    course_role = f"{ROLE}#Instructor" if may_teach(person) else f"{ROLE}#Learner"
    return [course_role, *(ADMIN_ROLES if person.role is CourseRole.ADMIN else ())]


def lti_claims(
    config: PlatformConfig,
    tool: Tool,
    launch: PendingLaunch,
    course: Course,
    person: Person,
    *,
    nonce: str,
    locale: str,
    return_url: str,
    now: datetime,
) -> dict[str, Any]:
    """Return the claims every message has."""
    issued = int(now.timestamp())
    return {
        "iss": config.base_url,
        "aud": tool.client_id,
        "sub": person.id,
        "iat": issued,
        "exp": issued + TOKEN_LIFE_SECONDS,
        "nonce": nonce,
        f"{CLAIM}/version": "1.3.0",
        f"{CLAIM}/message_type": launch.message_type,
        f"{CLAIM}/deployment_id": tool.deployment_id,
        f"{CLAIM}/target_link_uri": launch.target_link_uri,
        f"{CLAIM}/roles": launch_roles(person),
        f"{CLAIM}/context": {
            "id": course.id,
            "label": course.shortname,
            "title": course.title,
            "type": ["CourseSection"],
        },
        f"{CLAIM}/lis": {"person_sourcedid": "", "course_section_sourcedid": ""},
        f"{CLAIM}/launch_presentation": {
            "locale": locale,
            "document_target": launch.document_target,
            "return_url": return_url,
        },
        f"{CLAIM}/tool_platform": {
            "guid": GUID,
            "name": config.name,
            "description": config.name,
            "product_family_code": "moodle",
            "version": "2024100706",
        },
        f"{CLAIM}/ext": {"lms": "moodle-2", **_username(tool, person)},
        **_identity(tool, person),
    }


def _username(tool: Tool, person: Person) -> dict[str, str]:
    return {"user_username": person.username} if tool.share_name else {}


def _identity(tool: Tool, person: Person) -> dict[str, str]:
    shared: dict[str, str] = {}
    if tool.share_name:
        shared |= {
            "name": person.name,
            "given_name": person.given_name,
            "family_name": person.family_name,
        }
    if tool.share_email:
        shared["email"] = person.email
    return shared


def resource_claims(
    config: PlatformConfig, tool: Tool, course: Course, activity: Activity, items: list[LineItem]
) -> dict[str, Any]:
    """Return what a resource launch adds; `items` are the grade columns of this activity."""
    endpoint: dict[str, Any] = {
        "scope": [LINE_ITEM_SCOPE, LINE_ITEM_READ_SCOPE, RESULT_SCOPE, SCORE_SCOPE],
        "lineitems": line_items_url(config, tool, course.id),
    }
    if len(items) == 1:
        endpoint["lineitem"] = line_item_url(config, tool, items[0])
    return {
        f"{CLAIM}/resource_link": {
            "id": str(activity.number),
            "title": activity.title,
            "description": activity.text,
        },
        f"{CLAIM}/custom": {**activity.custom, **tool.custom},
        "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint": endpoint,
        "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice": {
            "context_memberships_url": memberships_url(config, tool, course.id),
            "service_versions": ["1.0", "2.0"],
        },
    }


def deep_link_claims(tool: Tool, course: Course, return_url: str) -> dict[str, Any]:
    """Return what a content selection adds; Moodle sends no `data` and no roster address."""
    return {
        f"{DEEP_LINKING}/deep_linking_settings": {
            "deep_link_return_url": return_url,
            "accept_types": ["ltiResourceLink"],
            "accept_presentation_document_targets": ["frame", "iframe", "window"],
            "accept_multiple": True,
            "auto_create": False,
            "accept_copy_advice": False,
            "title": tool.name,
            "text": re.sub(r"<[^>]*>", "", course.title),
        },
        f"{CLAIM}/custom": dict(tool.custom),
    }


def memberships_url(config: PlatformConfig, tool: Tool, course_id: str) -> str:
    """Return the address of a course's members."""
    service = f"{config.base_url}/mod/lti/services.php"
    return f"{service}/CourseSection/{course_id}/bindings/{tool.deployment_id}/memberships"


def line_items_url(config: PlatformConfig, tool: Tool, course_id: str) -> str:
    """Return the address of a course's grade columns."""
    service = f"{config.base_url}/mod/lti/services.php"
    return f"{service}/{course_id}/lineitems?type_id={tool.deployment_id}"


def line_item_url(config: PlatformConfig, tool: Tool, item: LineItem) -> str:
    """Return the address of one grade column, with Moodle's query."""
    service = f"{config.base_url}/mod/lti/services.php"
    path = f"{item.course_id}/lineitems/{item.number}/lineitem"
    return f"{service}/{path}?type_id={tool.deployment_id}"
