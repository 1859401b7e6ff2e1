// Shows /openapi.json: every path with what it takes, what it answers, and a curl line to try it. Text only, no markup.
'use strict';

const METHODS = ['get', 'post', 'put', 'delete'];

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function typeOf(schema) {
  if (!schema) return '';
  if (schema.$ref) return schema.$ref.split('/').pop();
  if (schema.oneOf) return schema.oneOf.map(typeOf).filter((type) => type !== 'null').join(' or ');
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  const types = [].concat(schema.type || 'any').filter((type) => type !== 'null');
  return types.map((type) => (type === 'array' ? `list of ${typeOf(schema.items)}` : type)).join(' or ');
}

function table(heads, rows) {
  const made = element('table');
  const head = element('tr');
  head.append(...heads.map((text) => element('th', text)));
  made.append(head, ...rows.map((cells) => {
    const row = element('tr');
    row.append(...cells.map((text) => element('td', text || '')));
    return row;
  }));
  return made;
}

function example(schemas, schema) {
  const named = schema && schema.$ref ? schemas[schema.$ref.split('/').pop()] : schema;
  if (!named) return '{}';
  if (named.example !== undefined) return JSON.stringify(named.example);
  const fields = Object.entries(named.properties || {}).filter(([, field]) => field.example !== undefined);
  return JSON.stringify(Object.fromEntries(fields.map(([name, field]) => [name, field.example])));
}

function curl(schemas, path, method, operation) {
  if (path === '/api/v1/stream') return "palisade tail --filter 'severity>=high'";
  const parts = ['curl'];
  if (method !== 'get') parts.push('-X', method.toUpperCase());
  if (!(operation.security && operation.security.some((way) => Object.keys(way).length === 0))) {
    parts.push('-H', '"Authorization: Bearer $PALISADE_KEY"');
  }
  const json = operation.requestBody && operation.requestBody.content['application/json'];
  if (json) parts.push('-H', "'Content-Type: application/json'", '-d', `'${example(schemas, json.schema).replaceAll("'", "'\\''")}'`);
  return [...parts, location.origin + path].join(' ');
}

function operationBlock(schemas, path, method, operation) {
  const block = element('details');
  const summary = element('summary');
  summary.append(element('span', method.toUpperCase(), 'method'), element('code', path), ` ${operation.summary || ''}`);
  block.append(summary);
  if (operation.description) block.append(element('p', operation.description));
  if (operation.parameters && operation.parameters.length) {
    block.append(element('h3', 'Parameters'), table(['name', 'in', 'type', 'meaning'], operation.parameters.map((parameter) =>
      [parameter.name, parameter.in, typeOf(parameter.schema), parameter.description])));
  }
  if (operation.requestBody) {
    block.append(element('h3', 'Body'), table(['content type', 'form'],
      Object.entries(operation.requestBody.content).map(([type, content]) => [type, typeOf(content.schema)])));
  }
  block.append(element('h3', 'Answers'), table(['status', 'meaning', 'form'], Object.entries(operation.responses).map(([status, response]) =>
    [status, response.description, Object.values(response.content || {}).map((content) => typeOf(content.schema)).join(', ')])));
  block.append(element('h3', 'Try it'), element('pre', curl(schemas, path, method, operation)));
  return block;
}

function schemaBlock(name, schema) {
  const block = element('details');
  block.append(element('summary', name));
  if (schema.description) block.append(element('p', schema.description));
  const required = new Set(schema.required || []);
  if (schema.properties) {
    block.append(table(['field', 'type', 'always', 'meaning'], Object.entries(schema.properties).map(([field, of]) =>
      [field, typeOf(of), required.has(field) ? 'yes' : '', of.description])));
  } else {
    block.append(element('pre', typeOf(schema)));
  }
  return block;
}

async function start() {
  const api = await (await fetch('/openapi.json')).json();
  const schemas = (api.components && api.components.schemas) || {};
  document.getElementById('about').textContent = `${api.info.description} Version ${api.info.version}.`;
  const paths = document.getElementById('paths');
  for (const tag of api.tags || []) {
    paths.append(element('h2', tag.name), element('p', tag.description, 'soft'));
    for (const [path, methods] of Object.entries(api.paths)) {
      for (const method of METHODS) {
        const operation = methods[method];
        if (operation && (operation.tags || []).includes(tag.name)) paths.append(operationBlock(schemas, path, method, operation));
      }
    }
  }
  document.getElementById('schemas').append(...Object.entries(schemas).map(([name, schema]) => schemaBlock(name, schema)));
}

start().catch((error) => { document.getElementById('about').textContent = `The description cannot be read: ${error}`; });
