// Begins the behaviours that a page asks for with data-module="...".

/**
 * Marks the page as one whose behaviours run, and begins each component on the elements that name it; so it does later in what
 * is put in the page's place (posting.mjs). One that cannot begin leaves its element as it was without JavaScript, and does not stop the others.
 *
 * @param {Document} page
 * @param {Array<{moduleName: string, new ($root: Element): unknown}>} components
 * @param {(error: unknown) => void} report
 * @returns {number} how many began
 */
export function begin(page, components, report = (error) => console.error(error)) {
  page.body.classList.add('js-enabled', 'govuk-frontend-supported')
  page.addEventListener('diary-page', ({ detail }) => beginIn(detail, components, report))
  return beginIn(page, components, report)
}

function beginIn(part, components, report) {
  let begun = 0
  for (const Component of components) {
    for (const $root of part.querySelectorAll(`[data-module~="${Component.moduleName}"]`)) {
      try {
        new Component($root)
        begun += 1
      } catch (error) {
        report(error)
      }
    }
  }
  return begun
}
