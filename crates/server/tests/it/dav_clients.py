"""Python's caldav and vdirsyncer against a running server: arguments are its address, a user's address, key and id."""
import os
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta, timezone

import caldav

url, name, key, user = sys.argv[1:]

# What lies far behind is not kept for phones: the days are counted from today.
first = datetime.now(timezone.utc).replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=30)
hour, day = timedelta(hours=1), timedelta(days=1)

# --- caldav: finds its way from the root, makes, finds, changes, syncs, deletes
client = caldav.DAVClient(url=url + "/dav/", username=name, password=key)
calendars = {str(calendar.url).rstrip("/").rsplit("/", 1)[-1]: calendar for calendar in client.principal().calendars()}
assert set(calendars) == {"events", "tasks"}, calendars
events = calendars["events"]
made = events.save_event(
    dtstart=first,
    dtend=first + hour,
    summary="Planned by a client",
    rrule={"FREQ": "WEEKLY", "COUNT": 4},
)
found = events.search(start=first + 14 * day - hour, end=first + 14 * day + hour, event=True, expand=False)
assert [event.icalendar_component["summary"] for event in found] == ["Planned by a client"], found
state = events.get_objects_by_sync_token()
assert len(list(state)) == 1
made.load()
made.icalendar_component["summary"] = "Planned by a client, moved"
made.save()
again = events.event_by_uid(made.icalendar_component["uid"])
assert again.icalendar_component["summary"] == "Planned by a client, moved"
gone = events.save_event(dtstart=first + day, dtend=first + day + hour, summary="Gone")
gone.delete()
assert len(events.events()) == 1
todo = calendars["tasks"].save_todo(summary="To be done", due=first + day)
assert len(calendars["tasks"].todos()) == 1
todo.delete()

# --- vdirsyncer: a folder of files and the calendar become the same
with tempfile.TemporaryDirectory() as folder:
    os.makedirs(f"{folder}/files/events")
    with open(f"{folder}/files/events/one.ics", "w", newline="") as file:
        file.write(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//File//EN\r\nBEGIN:VEVENT\r\nUID:from-a-file\r\nDTSTAMP:20260619T120000Z\r\n"
            f"SUMMARY:From a file\r\nDTSTART:{first + 2 * day:%Y%m%dT%H%M%SZ}\r\nDTEND:{first + 2 * day + hour:%Y%m%dT%H%M%SZ}\r\n"
            "X-OWN:kept\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        )
    config = f"{folder}/config"
    with open(config, "w") as file:
        file.write(
            f"""[general]
status_path = "{folder}/status"
[pair both]
a = "files"
b = "server"
collections = ["events"]
[storage files]
type = "filesystem"
path = "{folder}/files"
fileext = ".ics"
[storage server]
type = "caldav"
url = "{url}/dav/"
username = "{name}"
password = "{key}"
"""
        )
    tool = os.path.join(os.path.dirname(sys.executable), "vdirsyncer")
    run = lambda *words: subprocess.run([tool, "-c", config, *words], check=True, input=b"y\ny\n", env={**os.environ, "HOME": folder})
    run("discover")
    run("sync")
    files = {entry: open(f"{folder}/files/events/{entry}").read() for entry in os.listdir(f"{folder}/files/events")}
    assert len(files) == 2, list(files)
    assert any("Planned by a client\\, moved" in text for text in files.values())
    # A second time there is nothing to do.
    run("sync")
    assert {entry: open(f"{folder}/files/events/{entry}").read() for entry in files} == files
print("in step")
