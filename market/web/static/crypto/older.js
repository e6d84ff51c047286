// What the packages use and Chromium 90 does not have yet. Imported before anything else.

Object.hasOwn ??= (object, key) => Object.prototype.hasOwnProperty.call(object, key);
