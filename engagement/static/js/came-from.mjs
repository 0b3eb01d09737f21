// Under which name a tab remembers the entry that "Not for the diary?" was pressed in.
export const CAME_FROM = 'diary-elsewhere'
