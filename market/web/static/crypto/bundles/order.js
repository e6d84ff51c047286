// The script of the regulators' offline page: one file that needs no other.
import "../older.js";
import "../order-page.js";
