// Reads requests of webhooks as JSON from standard input and says of each whether the libraries of CloudEvents and of
// Standard Webhooks take it: a line `taken`, or one with the reason why not.

const { HTTP } = require('cloudevents');
const { Webhook } = require('standardwebhooks');

const readers = {
  cloudevents: ({ headers, body }) => HTTP.toEvent({ headers, body }).validate(),
  standardwebhooks: ({ headers, body, secret }) => new Webhook(secret).verify(body, headers),
};

let text = '';
process.stdin.on('data', (piece) => (text += piece));
process.stdin.on('end', () => {
  for (const request of JSON.parse(text)) {
    try {
      readers[request.reader](request);
      console.log('taken');
    } catch (error) {
      console.log(`refused: ${error.message}`.replaceAll('\n', ' '));
    }
  }
});
