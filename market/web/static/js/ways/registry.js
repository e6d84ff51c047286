// The ways of choosing, as a form asks for them; the same names as in market, signing and templates.

import { price } from "./price.js";
import { random } from "./random.js";

export const WAYS = { random, price };
