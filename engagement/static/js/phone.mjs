// The script of every page of somebody who is signed in, and of the shells: what makes the diary an app.
import { install } from './install.mjs'

if (typeof document !== 'undefined') install()
