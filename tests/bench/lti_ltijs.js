// The smallest ltijs tool on SQLite, with its own settings; run by lti_tools.py in a folder of its own.
const { Provider: lti } = require('ltijs')
const Database = require('ltijs-sequelize')

const { BENCH_ISSUER: issuer, BENCH_CLIENT_ID: clientId, BENCH_JWKS: jwks, BENCH_PORT: port } = process.env

async function main () {
  const db = new Database('bench', '', '', { dialect: 'sqlite', storage: process.env.BENCH_DATABASE, logging: false })
  lti.setup('bench'.repeat(8), { plugin: db }, {
    appRoute: '/', loginRoute: '/login', keysetRoute: '/keys',
    cookies: { secure: true, sameSite: 'None' }, devMode: false
  })
  lti.onConnect((token, req, res) => res.send(token.user))
  await lti.deploy({ port: Number(port), silent: true })
  await lti.registerPlatform({
    url: issuer, name: 'bench', clientId,
    authenticationEndpoint: issuer + '/auth', accesstokenEndpoint: issuer + '/token',
    authConfig: { method: 'JWK_SET', key: jwks }
  })
  console.log('ready')
}

main().catch(error => { console.error(error); process.exit(1) })
