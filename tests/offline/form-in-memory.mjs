// As much of a form as its fields need, for tests without a browser: controls by name, listeners, FormData.

export function control(name, value = '', more = {}) {
  return { tagName: 'INPUT', type: 'text', name, value, checked: false, ...more }
}

export const radio = (name, value, checked = false) => control(name, value, { type: 'radio', checked, labels: [{ textContent: ` ${value} ` }] })
export const box = (name, value, checked = false) => control(name, value, { type: 'checkbox', checked })

export function formOf(...elements) {
  const heard = {}
  return {
    elements,
    addEventListener: (type, hear) => { (heard[type] ??= []).push(hear) },
    tell: (type, event = {}) => Promise.all((heard[type] ?? []).map((hear) => hear(event))),
    append: (element) => elements.push(element),
    querySelector: (selector) => (selector === 'input[name="group"]:checked' ? elements.find((one) => one.name === 'group' && one.checked) : null) ?? null,
  }
}

globalThis.FormData = class {
  constructor($form) { this.form = $form }
  * [Symbol.iterator]() {
    for (const { name, type, value, checked } of this.form.elements) if (name && type !== 'submit' && (checked || !['radio', 'checkbox'].includes(type))) yield [name, value]
  }
}
globalThis.document ??= { createElement: (tagName) => ({ tagName: tagName.toUpperCase() }) }
