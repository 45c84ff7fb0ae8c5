"""Questionnaires, answers and scores as HL7 FHIR R4 resources: plain dictionaries, pure functions.

https://hl7.org/fhir/R4/questionnaire.html, questionnaireresponse.html, observation.html. Nothing
here names a person: the caller says who the subject is, and when, if that may be known.
"""
