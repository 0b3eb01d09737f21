"""What a person does to a window: the pointer and the keys, as the screen would report them."""

from __future__ import annotations

from typing import Any

import gi

gi.require_version("Gdk", "3.0")
from gi.repository import Gdk, GLib, Gtk  # noqa: E402  the version comes first

# WebDriver's own letters for keys that write nothing.
KEYS = {
    "\ue003": "BackSpace", "\ue004": "Tab", "\ue006": "Return", "\ue007": "KP_Enter", "\ue008": "Shift_L", "\ue009": "Control_L",
    "\ue00a": "Alt_L", "\ue00c": "Escape", "\ue00d": "space", "\ue00e": "Page_Up", "\ue00f": "Page_Down", "\ue010": "End",
    "\ue011": "Home", "\ue012": "Left", "\ue013": "Up", "\ue014": "Right", "\ue015": "Down", "\ue016": "Insert", "\ue017": "Delete",
}  # fmt: skip
HELD = {"Shift_L": Gdk.ModifierType.SHIFT_MASK, "Control_L": Gdk.ModifierType.CONTROL_MASK, "Alt_L": Gdk.ModifierType.MOD1_MASK}


class Hands:
    """One pointer and one keyboard over a web view."""

    def __init__(self, view: Gtk.Widget) -> None:
        self.view = view
        self.where = (0.0, 0.0)
        self.state = Gdk.ModifierType(0)
        seat = Gdk.Display.get_default().get_default_seat()
        self.pointer, self.keyboard = seat.get_pointer(), seat.get_keyboard()

    def perform(self, actions: list[dict[str, Any]]) -> None:
        """Does what input.performActions lists, in its order."""
        self.view.get_toplevel().get_window().focus(Gdk.CURRENT_TIME)
        self.view.grab_focus()
        for source in actions:
            for action in source["actions"]:
                self._do(action)

    def _do(self, action: dict[str, Any]) -> None:
        kind = action["type"]
        if kind == "pointerMove":
            self.where = (action["x"], action["y"])
            self._point(Gdk.EventType.MOTION_NOTIFY)
        elif kind == "pointerDown":
            self._point(Gdk.EventType.BUTTON_PRESS, action["button"] + 1)
            self.state |= Gdk.ModifierType.BUTTON1_MASK
        elif kind == "pointerUp":
            self._point(Gdk.EventType.BUTTON_RELEASE, action["button"] + 1)
            self.state &= ~Gdk.ModifierType.BUTTON1_MASK
        elif kind in ("keyDown", "keyUp"):
            self._key(kind == "keyDown", action["value"])
        else:
            raise NotImplementedError(kind)

    def _point(self, kind: Gdk.EventType, button: int = 0) -> None:
        event = Gdk.Event.new(kind)
        event.window = self.view.get_window()
        event.set_device(self.pointer)
        part = event.button if button else event.motion
        part.time = GLib.get_monotonic_time() // 1000
        part.x, part.y = self.where
        part.x_root, part.y_root = self.where
        part.state = self.state
        if button:
            part.button = button
        Gtk.main_do_event(event)

    def _key(self, down: bool, value: str) -> None:
        name = KEYS.get(value)
        event = Gdk.Event.new(Gdk.EventType.KEY_PRESS if down else Gdk.EventType.KEY_RELEASE)
        event.window = self.view.get_window()
        event.set_device(self.keyboard)
        event.key.time = GLib.get_monotonic_time() // 1000
        event.key.keyval = Gdk.keyval_from_name(name) if name else Gdk.unicode_to_keyval(ord(value))
        event.key.state = self.state
        known, keys = Gdk.Keymap.get_for_display(Gdk.Display.get_default()).get_entries_for_keyval(event.key.keyval)
        if known and keys:
            event.key.hardware_keycode, event.key.group = keys[0].keycode, keys[0].group
        Gtk.main_do_event(event)
        if name in HELD:
            self.state = self.state | HELD[name] if down else self.state & ~HELD[name]
