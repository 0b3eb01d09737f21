// The behaviours of GOV.UK Frontend that the pages use; start.mjs begins them.
export { Button } from 'govuk-frontend/dist/govuk/components/button/button.mjs'
export { Checkboxes } from 'govuk-frontend/dist/govuk/components/checkboxes/checkboxes.mjs'
export { ErrorSummary } from 'govuk-frontend/dist/govuk/components/error-summary/error-summary.mjs'
export { NotificationBanner } from 'govuk-frontend/dist/govuk/components/notification-banner/notification-banner.mjs'
export { Radios } from 'govuk-frontend/dist/govuk/components/radios/radios.mjs'
export { SkipLink } from 'govuk-frontend/dist/govuk/components/skip-link/skip-link.mjs'
export { Tabs } from 'govuk-frontend/dist/govuk/components/tabs/tabs.mjs'
