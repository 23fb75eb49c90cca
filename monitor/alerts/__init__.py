"""Tiers, messages, signing and delivery of changes that were asked for.

=================  ==================================================================
figure_tiers       how loud a changed figure is; position_tiers, a changed position
watches            who asked to be told
moved              a change with all that is told of it
messages           what people read; wording and links are its parts
payloads           what the webhook sends (schema.json); formats, what chats take
notices, samples   the monitor's own messages, and marked samples
signing, retry     the signature, and when to try again
delivery           one try, and the couriers that drain the outbox; services, Apprise
=================  ==================================================================
"""
