"""The words of the demo LMS, in both languages, and which language a visitor sees.

The LMS is not the tool: a dictionary of a page is all it needs.
"""

from flask import g, session

from modules.text import Text
from plugin.demo.lms.config import Person

LOCALES = {"es": "es_mx", "en": "en"}

TEXTS: dict[str, Text] = {
    "skip": Text("Ir al contenido", "Skip to main content"),
    "demo": Text(
        "Campus de demostración: todas las personas son inventadas.",
        "Demonstration site: every person here is invented.",
    ),
    "courses": Text("Cursos", "Courses"),
    "home": Text("Inicio", "Home"),
    "language": Text("Idioma", "Language"),
    "path": Text("Dónde estás", "Where you are"),
    "signed_in_as": Text("Sesión iniciada como", "Signed in as"),
    "nobody": Text("Sin sesión iniciada", "Nobody is signed in"),
    "open_course": Text("Abrir el curso", "Open course"),
    "people_count": Text("personas", "people"),
    "activities": Text("Actividades", "Activities"),
    "no_activities": Text("Este curso aún no tiene actividades.", "This course has no activities."),
    "people": Text("Personas del curso", "People in this course"),
    "people_help": Text(
        "Elige a una persona para entrar como ella y abrir la actividad.",
        "Choose a person to sign in as them and open the activity.",
    ),
    "enter_as": Text("Entrar como", "Enter as"),
    "name": Text("Nombre", "Name"),
    "role": Text("Rol", "Role"),
    "open": Text("Abrir", "Open"),
    "embedded": Text("En el curso", "In the course"),
    "top_level": Text("Pantalla completa", "Full page"),
    "top_level_long": Text("Abrir en pantalla completa", "Open as a full page"),
    "team": Text("Equipo", "Team"),
    "students": Text("Estudiantes", "Students"),
    "which_activity": Text("Actividad que se abrirá", "Activity to open"),
    "gradebook": Text("Calificaciones", "Grades"),
    "gradebook_all": Text("Calificaciones de todas las personas", "Grades of everybody"),
    "gradebook_own": Text("Tus calificaciones", "Your grades"),
    "no_columns": Text(
        "No hay columnas de calificación en este curso.", "This course has no grade columns."
    ),
    "no_grade": Text("sin calificación", "no grade"),
    "out_of": Text("de", "out of"),
    "select_content": Text("Elegir contenido de la herramienta", "Select content from the tool"),
    "select_help": Text(
        "La herramienta ofrece lo que se puede colocar en este curso.",
        "The tool offers what can be placed in this course.",
    ),
    "placed": Text("Actividades añadidas al curso", "Activities added to the course"),
    "nothing_placed": Text("No se añadió ninguna actividad.", "No activity was added."),
    "back": Text("Volver al curso", "Back to the course"),
    "tool_says": Text("Mensaje de la herramienta", "Message from the tool"),
    "sending": Text("Abriendo la actividad…", "Opening the activity…"),
    "continue": Text("Continuar", "Continue"),
    "error": Text("Algo no salió bien", "Something went wrong"),
    "manage_tools": Text("Gestionar herramientas", "Manage tools"),
    "tool_url": Text("Dirección de registro de la herramienta", "Tool registration URL"),
    "tool_url_help": Text(
        "La dirección que la herramienta te dio para registrarla aquí.",
        "The address the tool gave you for registering it here.",
    ),
    "add_tool": Text("Añadir herramienta LTI Advantage", "Add LTI Advantage"),
    "registering": Text("Registro de la herramienta", "Tool registration"),
    "pending": Text("Pendiente", "Pending"),
    "active": Text("Activa", "Active"),
    "activate": Text("Activar", "Activate"),
    "state": Text("Estado", "State"),
    "tool": Text("Herramienta", "Tool"),
    "client_id": Text("ID de cliente", "Client ID"),
    "deployment": Text("Despliegue", "Deployment"),
    "role_student": Text("Estudiante", "Student"),
    "role_editingteacher": Text("Profesor", "Teacher"),
    "role_teacher": Text("Profesor sin permiso de edición", "Non-editing teacher"),
    "role_admin": Text("Administrador del sitio", "Site administrator"),
}


def choose_language(person: Person | None) -> str:
    """Return `es` or `en`: what the visitor chose, else the person's own, else Spanish."""
    own = person.language if person else "es"
    return str(session.get("lang") or ("en" if own.lower().startswith("en") else "es"))


def launch_locale(person: Person) -> str:
    """Return the language code a launch carries; the person's own unless the site was switched."""
    return LOCALES.get(session.get("lang", ""), person.language)


def text(key: str) -> str:
    """Return one text in the language of this request."""
    return TEXTS[key].get(g.get("demo_lang", "es"))
