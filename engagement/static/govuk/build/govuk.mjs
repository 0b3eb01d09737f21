// The behaviours of GOV.UK Frontend that the pages use; start.mjs begins them.
export { Button } from 'govuk-frontend/dist/govuk/components/button/button.mjs'
export { Checkboxes } from 'govuk-frontend/dist/govuk/components/checkboxes/checkboxes.mjs'
export { ErrorSummary } from 'govuk-frontend/dist/govuk/components/error-summary/error-summary.mjs'
export { SkipLink } from 'govuk-frontend/dist/govuk/components/skip-link/skip-link.mjs'
