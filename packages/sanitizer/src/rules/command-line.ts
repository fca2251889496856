/**
 * Passwords where a command takes them by a flag that does not say so: `mysql -pSECRET`, `curl -u user:SECRET`,
 * `redis-cli -a SECRET`. Source: the manual of each command.
 */
import { isHarmlessValue } from '../names.ts'
import { matchesOf, type Rule, type Span, words } from '../rule.ts'

export const commandLine: Rule = {
  id: 'command-line',
  keywords: words(
    'mysql|mariadb|sshpass|curl|wget|redis-cli|docker|podman|helm|htpasswd|ldap|smbclient|openssl|unzip',
    'zip|mongo|sqlplus|sqlcmd|http |xfreerdp|ipmitool|skopeo|requirepass|masterauth|snmp|net use|echo ',
    'auth |az login|rabbitmqctl|7z|cqlsh|nats',
  ),
  find: findValues,
  finds: [
    `mysql -h db -uroot -p${'hunter2'} shop`,
    `curl -s -u admin:${'hunter2'} https://api`,
    `curl --user 'ann:${'hunter2'}' https://api`,
    `redis-cli -h cache -a ${'hunter2'} ping`,
    `sshpass -p ${'hunter2'} ssh root@host`,
    `docker login -u ann -p ${'hunter2'} registry.example`,
    `ldapsearch -D cn=admin -w ${'hunter2'} -b dc=x`,
    `smbclient -U ann%${'hunter2'} //srv/x`,
    `openssl rsa -passin pass:${'hunter2'} -in k`,
    `htpasswd -bc users ann ${'hunter2'}`,
    `mongosh -u root -p ${'hunter2'} --authenticationDatabase admin`,
    `sqlplus scott/${'hunter2'}@orcl`,
    `requirepass ${'hunter2'}`,
    `echo ${'s3cr3tP4ss'} | docker login -u ann --password-stdin`,
    `redis-cli AUTH ${'s3cr3tpw'}`,
    `snmp-server community ${'S3cr3tComm'} RO`,
    `rabbitmqctl add_user ann ${'hunter2'}`,
  ],
  ignores: [
    'mysql -p shop',
    'curl -u admin: https://api',
    'docker run -p 8080:80 nginx',
    'mkdir -p /tmp/x && curl -s https://a',
    'mysql -p$PASSWORD',
    'curl -u $USER:$PASS https://a',
    'docker pull registry/mysql',
    'redis-cli -h cache ping',
    'helm install db ./mysql -f values.yaml',
    'kubectl run mysql --image=mysql -p 3306',
    'SMTP AUTH LOGIN',
    'echo done | docker login -u ann',
  ],
}

const REST = String.raw`(?:(?!["']?\s[|;&])[^\n|;&]){0,300}?\s`
const BEGIN = String.raw`(?<![\w./-])`
const V = String.raw`["']?([^\s"'|;&]{3,200})`
const FORMS = [
  String.raw`(?:mysql(?:dump|admin|import|check|show)?|mariadb(?:-dump|-admin)?)\b${REST}-p(?!\s|assword|rotocol|ort|ipe|lugin)${V}`,
  String.raw`(?:sshpass|mongo(?:sh|dump|restore|export|import)?|cqlsh)\b${REST}-p\s{0,4}${V}`,
  String.raw`(?:docker|podman|helm registry|skopeo|az|nerdctl|buildah|oc)\s+login\b${REST}-p\s{1,4}${V}`,
  String.raw`(?:curl|wget|http|https|nats)\b${REST}(?:-u|--user|-a|--auth|-U|--proxy-user)[\s=]{0,4}["']?[^\s"':]{0,100}:${V}`,
  String.raw`redis-cli\b${REST}(?:-a|--pass)\s{1,4}${V}`,
  String.raw`(?:ldap(?:search|modify|add|delete|passwd|whoami)|snmp\w{1,10})\b${REST}-[wAX]\s{1,4}${V}`,
  String.raw`smbclient\b${REST}-U\s{0,4}["']?[^\s"'%]{1,100}%${V}`,
  String.raw`openssl\b${REST}-(?:passin|passout|pass|k)\s{1,4}["']?(?:pass:)?${V}`,
  String.raw`(?:unzip|zip|ipmitool|sqlcmd)\b${REST}-P\s{0,4}${V}`,
  String.raw`7z\s\w{1,2}\b${REST}-p(?!\s)${V}`,
  String.raw`htpasswd\s+-\w{0,4}b\w{0,4}\s+\S{1,200}\s+\S{1,100}\s+${V}`,
  String.raw`sqlplus\s+["']?[\w$]{1,60}/${V.replace(String.raw`"'|;&`, String.raw`"'|;&@`)}`,
  String.raw`xfreerdp\b${REST}/p:${V}`,
  String.raw`(?:requirepass|masterauth)\s{1,4}${V}`,
  String.raw`rabbitmqctl\s+(?:add_user|change_password)\s+\S{1,100}\s+${V}`,
  String.raw`echo\s+(?:-n\s+)?${V}["']?\s*\|[^\n]{0,200}(?:--password-stdin|passwd --stdin|chpasswd|sudo -S|--stdin-password)`,
  String.raw`(?:(?<=[\s>"'])|^)AUTH\s+(?:[a-z]\w{0,30}\s+)?(?=\S{0,200}\d)(?=\S{0,200}[a-z])${V.replace('{3,200}', '{6,200}')}(?=\s*$|["'\n])`,
  String.raw`snmp-server community\s+${V}`,
  String.raw`net use\b${REST}/user:\S{1,100}\s+${V}`,
].map((form) => new RegExp(BEGIN + form, 'gd'))

function* findValues(text: string): Iterable<Span> {
  for (const form of FORMS) {
    for (const { indices } of matchesOf(text, form)) {
      const span = indices![1]!
      const value = text.slice(...span)
      if (!value.startsWith('$') && !value.startsWith('<') && !isHarmlessValue(value, 'password')) yield span
    }
  }
}
