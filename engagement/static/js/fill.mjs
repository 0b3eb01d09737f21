// Fills the <template>s of a page with facts, so that what is drawn without a signal looks as the server's own pages do.
//
// data-text="name" puts a fact in; data-if and data-unless keep an element or take it out; data-each repeats it for every item of a
// list, whose facts come before those around it; data-set-href="/groups/{id}" sets any attribute, unless nothing is left to set.
// Facts are words, never markup.

const SAFE = /^(?:\/(?!\/)|#|tel:|mailto:|geo:|https:\/\/)/

const fact = (facts, path) => path.split('.').reduce((found, name) => (found != null && Object.hasOwn(found, name) ? found[name] : undefined), facts)
const there = (value) => (Array.isArray(value) ? value.length > 0 : Boolean(value))
const hyphened = (name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`).slice(1)

/** A sentence with its {facts} put in; one that is not there leaves nothing. */
export function said(sentence, facts) {
  return sentence.replace(/\{([a-z_.]+)\}/g, (_whole, path) => String(fact(facts, path) ?? ''))
}

function set($element, name, value) {
  if (value !== '' && (name !== 'href' || SAFE.test(value))) $element.setAttribute(name, value)
}

/** Fills one element and all in it; gives back what stands in its place: none, itself, or one for each item of a list. */
export function filled($element, facts) {
  const { if: only, unless, each, text, ...more } = $element.dataset
  if (each !== undefined) {
    delete $element.dataset.each
    return (fact(facts, each) ?? []).flatMap((item) => filled($element.cloneNode(true), { ...facts, ...item }))
  }
  if ((only !== undefined && !there(fact(facts, only))) || (unless !== undefined && there(fact(facts, unless)))) return []
  for (const $child of [...$element.children]) $child.replaceWith(...filled($child, facts))
  if (text !== undefined) $element.textContent = said(text.includes('{') ? text : `{${text}}`, facts)
  for (const [name, pattern] of Object.entries(more)) if (/^set[A-Z]/.test(name)) set($element, hyphened(name.slice(3)), said(pattern, facts))
  for (const name of Object.keys($element.dataset)) if (/^(?:if|unless|text|set[A-Z].*)$/.test(name)) delete $element.dataset[name]
  return [$element]
}

/** The elements of a <template>, filled. */
export function fill($template, facts) {
  return [...$template.content.cloneNode(true).children].flatMap(($element) => filled($element, facts))
}
