"""The reminders: who is told what, when, and what became of it.

Read in this order:

* ``kind``, ``kinds``      what there is to remind of, and for whom; one file for each kind (pure)
* ``hours``, ``rules``     when a reminder is due (pure: no database, no clock)
* ``messages``             kind and language -> words, and what may never be in them
* ``address``, ``phones``, ``keywords``  addresses and answers as people write them (pure)
* ``channel``, ``channels``  the door to the outside; one file for each provider
* ``models``               contacts with their consent, the outbox, its events
* ``consent``, ``planning``, ``claiming``, ``receipts``, ``reconciliation``, ``inbound``
* ``outbox``               the face of the package: plan, deliver, withdraw, record, opt out

The database decides and the provider only delivers.
"""
