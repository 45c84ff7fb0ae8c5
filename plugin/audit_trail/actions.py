"""What the audit trail names: every action there is, in one table."""

from modules.text import LabelledEnum


class Action(LabelledEnum):
    """Object and verb of an event. One that is not named here cannot be recorded."""

    ADMINISTRATOR_NAMED = "administrator.named", "Administrador nombrado", "Administrator named"
    ADMINISTRATOR_REMOVED = (
        "administrator.removed",
        "Administrador retirado",
        "Administrator removed",
    )
    ALERT_OPEN = "alert.open", "Alerta devuelta", "Alert given back"
    ALERT_ACKNOWLEDGED = "alert.acknowledged", "Alerta tomada", "Alert taken"
    ALERT_CONTACTED = (
        "alert.contacted",
        "Persona de una alerta contactada",
        "Participant of an alert contacted",
    )
    ALERT_CLOSED = "alert.closed", "Alerta cerrada", "Alert closed"
    ALERT_ESCALATED = "alert.escalated", "Alerta escalada", "Alert escalated"
    ALLOCATION_LIST_SEALED = (
        "allocation_list.sealed",
        "Lista de asignación sellada",
        "Allocation list sealed",
    )
    ALLOCATION_LIST_REVEALED = (
        "allocation_list.revealed",
        "Lista de asignación revelada",
        "Allocation list revealed",
    )
    ASSESSMENT_COMPLETED = (
        "assessment.completed",
        "Cuestionario completado",
        "Questionnaire completed",
    )
    ASSESSMENT_ENTERED_AGAIN = (
        "assessment.entered_again",
        "Cuestionario capturado por segunda vez",
        "Questionnaire entered a second time",
    )
    ASSESSMENT_SETTLED = (
        "assessment.settled",
        "Diferencia entre dos capturas resuelta",
        "Difference between two entries settled",
    )
    ASSESSMENT_CORRECTED = (
        "assessment.corrected",
        "Cuestionario corregido",
        "Questionnaire corrected",
    )
    ASSESSMENT_ASSESSOR_UNBLINDED = (
        "assessment.assessor_unblinded",
        "Evaluación de alguien que después supo de brazos",
        "Assessed by somebody who later knew arms",
    )
    BLINDING_GUESSED = (
        "blinding.guessed",
        "Brazo supuesto por quien evalúa",
        "Arm guessed by an assessor",
    )
    BLINDING_LOST = (
        "blinding.lost",
        "Quien evalúa supo la atención recibida",
        "An assessor learned the care received",
    )
    CONSENT_RECORDED = "consent.recorded", "Consentimiento registrado", "Consent recorded"
    COURSE_BOUND = "course.bound", "Curso conectado", "Course connected"
    DEPLOYMENT_APPROVED = (
        "deployment.approved",
        "Instalación de la plataforma aprobada",
        "Deployment approved",
    )
    DEPLOYMENT_DISABLED = (
        "deployment.disabled",
        "Instalación de la plataforma desactivada",
        "Deployment disabled",
    )
    DIARY_ANSWERED = "diary.answered", "Diario respondido", "Diary answered"
    DIARY_REVIEWED = "diary.reviewed", "Diario revisado", "Diary reviewed"
    DIARY_TRANSCRIBED = (
        "diary.transcribed",
        "Diario en papel capturado",
        "Diary taken over from paper",
    )
    GRADEBOOK_SWITCHED_ON = (
        "gradebook.switched_on",
        "Envío de avance a calificaciones activado",
        "Progress to the gradebook switched on",
    )
    GRADEBOOK_SWITCHED_OFF = (
        "gradebook.switched_off",
        "Envío de avance a calificaciones desactivado",
        "Progress to the gradebook switched off",
    )
    INVITE_MADE = "invite.made", "Enlace de registro creado", "Registration link made"
    LAUNCH_ACCEPTED = "launch.accepted", "Entrada", "Launch"
    LINKING_OPENED = (
        "linking.opened",
        "Selección de actividades abierta",
        "Choice of activities opened",
    )
    MEDIA_PUT_IN = "media.put_in", "Video propio colocado", "Own film put in"
    MEDIA_TAKEN_OUT = "media.taken_out", "Video propio retirado", "Own film taken out"
    MESSAGE_SENT = "message.sent", "Mensaje enviado", "Message sent"
    MODULE_OPEN = "module.open", "Módulo abierto por el equipo", "Module opened by the team"
    MODULE_HOLD = "module.hold", "Módulo detenido por el equipo", "Module held by the team"
    MODULE_RELEASE = "module.release", "Módulo de vuelta a su plan", "Module back to its plan"
    NOTICE_READ = "notice.read", "Aviso de privacidad leído", "Privacy notice read"
    NOTICES_CHOSEN = "notices.chosen", "Correo de avisos elegido", "Mail of notices chosen"
    NOTICES_STOPPED = "notices.stopped", "Correo de avisos retirado", "Mail of notices stopped"
    PARTICIPANT_ENROLLED = "participant.enrolled", "Participante incluido", "Participant enrolled"
    PARTICIPANT_ALLOCATED = (
        "participant.allocated",
        "Participante asignado",
        "Participant allocated",
    )
    PARTICIPANT_TAKEN_OVER = (
        "participant.taken_over",
        "Participante a cargo de otra persona",
        "Participant taken over",
    )
    PARTICIPANT_WITHDRAWN = (
        "participant.withdrawn",
        "Participante retirado",
        "Participant withdrawn",
    )
    PLATFORM_REGISTERED = "platform.registered", "Plataforma registrada", "Platform registered"
    PLATFORM_APPROVED = "platform.approved", "Plataforma aprobada", "Platform approved"
    PLATFORM_DISABLED = "platform.disabled", "Plataforma desactivada", "Platform disabled"
    PLATFORM_FRAMES = (
        "platform.frames",
        "Marcos de la plataforma cambiados",
        "Framing of the platform changed",
    )
    PRESCRIPTION_CHANGED = "prescription.changed", "Prescripción cambiada", "Prescription changed"
    REMINDERS_AGREED = "reminders.agreed", "Recordatorios aceptados", "Reminders agreed to"
    REMINDERS_LIMITED = "reminders.limited", "Recordatorios limitados", "Reminders limited"
    REMINDERS_PREFERRED = (
        "reminders.preferred",
        "Preferencias de recordatorios cambiadas",
        "Preferences of reminders changed",
    )
    REMINDERS_STOPPED = "reminders.stopped", "Recordatorios detenidos", "Reminders stopped"
    REPLY_TAKEN_BACK = "reply.taken_back", "Respuesta retirada", "Reply taken back"
    REVIEWER_NAMED = "reviewer.named", "Responsable de revisar nombrado", "Reviewer named"
    ROLE_ASSIGNED = "role.assigned", "Función asignada", "Role assigned"
    ROLE_REFUSED = "role.refused", "Función rechazada por conflicto", "Role refused for a conflict"
    SCREENING_RECORDED = "screening.recorded", "Selección registrada", "Screening recorded"
    SCREENING_LOG_ADDED = (
        "screening_log.added",
        "Persona anotada en el registro de selección",
        "Person noted in the screening log",
    )
    SCREENING_LOG_TAKEN_BACK = (
        "screening_log.taken_back",
        "Persona del registro de selección retirada",
        "Person of the screening log taken back",
    )
    SESSIONS_PLANNED = "sessions.planned", "Sesiones en vivo planeadas", "Live sessions planned"
    SESSIONS_INVITED = (
        "sessions.invited",
        "Personas invitadas a sesiones",
        "People invited to sessions",
    )
    SESSIONS_MOVED = "sessions.moved", "Sesión en vivo cambiada", "Live session moved"
    SESSIONS_CANCELLED = "sessions.cancelled", "Sesión en vivo cancelada", "Live session cancelled"
    SESSIONS_CONFIRMED = "sessions.confirmed", "Asistencia confirmada", "Attendance confirmed"
    SESSIONS_LINK_CHANGED = (
        "sessions.link_changed",
        "Enlace de la sesión cambiado",
        "Link of the session changed",
    )
    STUDY_CREATED = "study.created", "Estudio creado", "Study created"
    STUDY_LOCK_ASKED = "study.lock_asked", "Cierre de datos solicitado", "Data lock asked for"
    STUDY_LOCKED = "study.locked", "Datos cerrados", "Data locked"
    TEXT_PACK_LOADED = "text_pack.loaded", "Textos con licencia cargados", "Licensed texts loaded"
    TIME_ZONE_CHANGED = "time_zone.changed", "Zona horaria cambiada", "Time zone changed"
