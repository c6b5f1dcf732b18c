import { expect, test } from 'vitest'
import { html, prose } from './markup.ts'

test('what is put into HTML is text, unless it is HTML', () => {
  const hostile = '<script>alert("&")</script>'
  expect(html`<p title="${hostile}">${hostile}</p>`.text).toBe(
    '<p title="&lt;script&gt;alert(&quot;&amp;&quot;)&lt;/script&gt;">&lt;script&gt;alert(&quot;&amp;&quot;)&lt;/script&gt;</p>',
  )
  const list = [html`<li>${1}</li>`, html`<li>${null}</li>`]
  expect(html`<b>${list}</b>`.text).toBe('<b><li>1</li><li></li></b>')
})

test('backticks are code', () => {
  expect(prose('log `a < b` instead').text).toBe('log <code>a &lt; b</code> instead')
})
