// How a page knows which entry it was opened from, or to mend.

/** Under which name a tab remembers the entry that "Not for the diary?" was pressed in. */
export const CAME_FROM = 'diary-elsewhere'

/** The entry that an address asks to mend, as in /engagements/new#mend=<reference>; else undefined. */
export const refToMend = (hash) => hash.match(/^#mend=([0-9a-f-]{36})$/)?.[1]
