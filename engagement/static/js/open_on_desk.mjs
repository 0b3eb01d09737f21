// Folds open, on a desk, what is folded away on a phone.

/** A <details data-module="open-on-desk"> stands open where the window is wider than a phone's. */
export class OpenOnDesk {
  static moduleName = 'open-on-desk'

  /**
   * @param {HTMLDetailsElement} $root
   * @param {(query: string) => {matches: boolean}} match
   */
  constructor($root, match = (query) => window.matchMedia(query)) {
    if (match('(min-width: 769px)').matches) $root.open = true
  }
}
