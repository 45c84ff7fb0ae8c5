"""A stand-in for Twilio's WhatsApp service, for the demo and for the tests.

records.py    what it remembers: templates, telephones, messages
answers.py    HTTP calls and answers, and the faults they can have
network.py    what happens by itself: delivery, signed callbacks, replies
service.py    the REST API: `FakeTwilio`
server.py     the API behind a real socket
telephones.py the page of the demonstration: the patients' telephones
"""
