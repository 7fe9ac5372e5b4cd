// Kafka: one KRaft broker from Maven Central's jars. With the jars in the cache neither Maven nor a network is needed.
import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { apt, cached, must, onPath } from './packages.mjs';
import { launch } from './processes.mjs';
import { kafkaAnswers } from './ready.mjs';
import { beginOnFreePorts, orRemove, runFolder } from './ways.mjs';

const VERSION = '4.4.0';
const OLDEST_JAVA = 17;

const dependency = (group, artifact, version) =>
  `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`;

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>local</groupId><artifactId>kafka</artifactId><version>1</version><packaging>pom</packaging><dependencies>
${dependency('org.apache.kafka', 'kafka_2.13', VERSION)}
${dependency('org.apache.logging.log4j', 'log4j-slf4j-impl', '2.25.5')}
</dependencies></project>
`;

/** @param {{broker: number, controller: number, data: string}} run */
export const kafkaConfig = ({ broker, controller, data }) => `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controller}
listeners=PLAINTEXT://127.0.0.1:${broker},CONTROLLER://127.0.0.1:${controller}
advertised.listeners=PLAINTEXT://127.0.0.1:${broker}
controller.listener.names=CONTROLLER
log.dirs=${data}
num.partitions=1
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
log.cleaner.dedupe.buffer.size=2097152
`;

/** @param {string} text what `java -version` says @returns {number} the major version; 0 when it cannot be read */
export function javaMajor(text) {
  const [, first, second] = /version "(\d+)(?:\.(\d+))?/.exec(text) ?? [];
  return first === '1' ? Number(second) : Number(first ?? 0);
}

/** @param {NodeJS.ProcessEnv} env @returns {{java: string, major: number}} */
function findJava(env) {
  const java = env.JAVA_HOME ? join(env.JAVA_HOME, 'bin', 'java') : onPath('java', env.PATH);
  if (!java) throw new Error('no java on PATH');
  const major = javaMajor(must([java, '-version']));
  if (major < OLDEST_JAVA) throw new Error(`Java ${OLDEST_JAVA} or later is needed, ${java} is ${major}`);
  return { java, major };
}

/** Jars by checksum (-C), and a formatted data folder: static voters keep the ports out of it. @param {string} java @param {string} folder */
function install(java, folder) {
  writeFileSync(join(folder, 'pom.xml'), POM);
  const goal = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';
  must(['mvn', '-B', '-q', '-C', goal, '-DincludeScope=runtime', '-DoutputDirectory=jars'], { cwd: folder });
  const config = join(folder, 'format.properties');
  writeFileSync(config, kafkaConfig({ broker: 1, controller: 2, data: join(folder, 'formatted') }));
  const id = randomBytes(16).toString('base64url');
  // one word: an id that begins with - would be taken for an option
  const format = ['kafka.tools.StorageTool', 'format', `--cluster-id=${id}`, '-c', config];
  must([java, '-cp', `${folder}/jars/*`, ...format], { cwd: folder });
}

/** The archive of loaded classes fits one class path and one major of Java; the first stop writes it. */
function classArchive(home, major, folder) {
  const archive = join(home, `java${major}.jsa`);
  if (existsSync(archive)) return { flags: [`-XX:SharedArchiveFile=${archive}`, '-Xlog:disable'] };
  const written = join(folder, 'classes.jsa');
  return { flags: [`-XX:ArchiveClassesAtExit=${written}`, '-Xlog:disable'], keep: { from: written, to: archive } };
}

/** @param {import('./ways.mjs').Context} context */
async function fromMaven({ cache, env }) {
  const { java, major } = findJava(env);
  const home = cached(cache, `kafka-${VERSION}`, (partial) => install(java, partial));
  const folder = runFolder('kafka');
  const data = join(folder, 'data');
  const log = join(folder, 'kafka.log');
  return orRemove(folder, async () => {
    const archive = classArchive(home, major, folder);
    const heap = ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
    const { process, ports } = await beginOnFreePorts({
      folder,
      log,
      ports: 2,
      signal: 'SIGTERM',
      begin: ([broker = 0, controller = 0]) => {
        cpSync(join(home, 'formatted'), data, { recursive: true, force: true });
        mkdirSync(data, { recursive: true });
        const config = join(folder, 'server.properties');
        writeFileSync(config, kafkaConfig({ broker, controller, data }), { mode: 0o600 });
        const command = [java, ...heap, ...archive.flags, '-cp', `${home}/jars/*`, 'kafka.Kafka', config];
        return launch(command, { log, cwd: folder, env });
      },
      answers: ([broker = 0]) => kafkaAnswers(broker),
    });
    const variables = { KAFKA_BROKERS: `127.0.0.1:${ports[0]}`, KAFKA_VERSION: VERSION };
    const keep = archive.keep ? { keep: archive.keep } : {};
    return {
      process,
      folder,
      version: `Kafka ${VERSION}`,
      signal: /** @type {const} */ ('SIGTERM'),
      variables,
      ...keep,
    };
  });
}

/** @type {import('./ways.mjs').Service} */
export const kafka = {
  name: 'kafka',
  variable: 'KAFKA_BROKERS',
  ways: [
    { name: `Maven org.apache.kafka ${VERSION}`, start: fromMaven },
    {
      name: 'apt openjdk-17-jre-headless maven',
      start: async (context) => {
        apt(['openjdk-17-jre-headless', 'maven'], context.env);
        return fromMaven(context);
      },
    },
  ],
};
