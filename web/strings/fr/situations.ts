import { formatsOf } from '../formats/formats.ts';
import { inUnits, numberOf } from '../formats/number-fields.ts';
import { type Fields, type Situations, textOf } from '../formats/server-words.ts';

const { bytes, number, plural } = formatsOf('fr');

const units = {
  second: { one: 'seconde', many: 'de secondes', other: 'secondes' },
  minute: { one: 'minute', many: 'de minutes', other: 'minutes' },
  hour: { one: 'heure', many: 'd’heures', other: 'heures' },
};
const time = (seconds: unknown): string => {
  const { count, unit } = inUnits(numberOf(seconds));
  return plural(count, units[unit]);
};
const again = (fields: Fields, otherwise: string): string =>
  numberOf(fields.retryAfter) > 0 ? `Réessayez dans ${time(fields.retryAfter)}.` : otherwise;

const signIn = 'Connectez-vous pour continuer à construire.';
const goOn = 'Connectez votre propre Claude pour continuer maintenant, ou revenez demain.';
const connect = 'Reconnectez-la pour continuer.';
const notLost = 'Elle n’est pas perdue : réessayez dans une minute.';
const missing = 'Dites ce qui manque encore.';
const upload = 'Rien n’en a été gardé.';
const retry = 'Réessayez.';
const soon = 'Réessayez dans un instant.';
const begin = 'Recommencez la connexion.';
const circles = 'Annulez, dites-en plus sur ce que vous voulez, ou demandez une autre voie.';

export const situations: Situations = {
  sign_in_required: signIn,
  'sign_in_required.no_shared_key': `Ce site ne partage pas de clé à lui. ${signIn}`,
  'sign_in_required.no_trial': `Ce site n’offre pas de tours d’essai. ${signIn}`,
  'sign_in_required.used_up': (fields) =>
    `${numberOf(fields.limit) === 1 ? 'Le tour d’essai est utilisé.' : `Les ${number(numberOf(fields.limit))} tours d’essai sont utilisés.`} ${signIn}`,
  'sign_in_required.address':
    'Depuis ce réseau, autant de visiteurs qu’il en est admis par jour ont déjà commencé. Connectez-vous à un compte que vous avez, ou connectez votre propre Claude.',
  subscription_required: 'Ce modèle n’est pas ouvert à qui paie vos tours.',
  'subscription_required.not_owned': (fields) => `Votre compte Claude n’a pas accès à ${textOf(fields.model)}.`,
  'subscription_required.only_default':
    'Avec la clé partagée, seul le modèle par défaut construit. Connectez votre propre Claude pour en choisir un autre.',
  'subscription_required.not_in_plan': (fields) =>
    `Les crédits de la formule ${textOf(fields.plan)} ne paient pas ${textOf(fields.model)}. Connectez votre propre Claude, ou choisissez un autre modèle.`,
  'subscription_required.projects': (fields) =>
    `La formule ${textOf(fields.plan)} a de la place pour ${numberOf(fields.limit) === 1 ? 'un projet' : `${number(numberOf(fields.limit))} projets`} avec des crédits. Continuez l’un de ceux qui existent, supprimez-en un, ou connectez votre propre Claude.`,
  challenge_required: 'Montrez que vous êtes une personne, et le premier tour commence.',
  'challenge_required.failed': `La vérification que vous êtes une personne n’a pas réussi. ${retry}`,
  'challenge_required.unknown': `La vérification que vous êtes une personne n’a pas pu se faire. ${retry}`,
  forbidden_origin: 'Cela n’est possible que depuis les pages de Redraw.',
  https_required: 'Redraw ne répond ici qu’en https. Ouvrez-le à son adresse https.',
  fresh_sign_in_required: 'Montrez d’abord que c’est vous : connectez-vous encore une fois.',
  turn_in_progress: 'Attendez la fin du tour, ou arrêtez-le.',
  'turn_in_progress.queue_full': (fields) =>
    `Un tour est en cours, et ${plural(numberOf(fields.limit), { one: 'demande attend', many: 'de demandes attendent', other: 'demandes attendent' })} déjà.`,
  'turn_in_progress.queue_too_long': 'Les demandes en attente sont trop longues pour en prendre une de plus.',
  nothing_to_undo: 'Il n’y a rien avant cette version.',
  nothing_to_redo: 'Il n’y a rien d’annulé à rétablir.',
  demo_mode: 'Sur ce site, un modèle répond selon un scénario : il ne prend pas de clés.',
  invalid_request: 'Cela n’a pas pu être compris. Rechargez la page, puis réessayez.',
  'invalid_request.issues': (fields) =>
    `${textOf(fields.field) ? `Le champ ${textOf(fields.field)}` : 'Quelque chose là-dedans'} ne peut pas être pris tel quel. Changez-le, puis réessayez.`,
  'invalid_request.too_long': (fields) =>
    `Le champ ${textOf(fields.field)} est trop long : ${number(numberOf(fields.limit))} au plus.`,
  'invalid_request.prompt_blank': 'Écrivez ce que vous aimeriez construire.',
  'invalid_request.prompt_too_long': (fields) =>
    `Une demande peut avoir ${plural(numberOf(fields.limit), { one: 'caractère', many: 'de caractères', other: 'caractères' })}.`,
  'invalid_request.name_blank': 'Écrivez un nom.',
  'invalid_request.time_ahead': 'Une demande peut être fixée au plus 60 jours à l’avance.',
  'invalid_request.host_name':
    'Donnez un hôte par son nom, comme api.example.com : pas d’adresse en chiffres, pas de port, pas de chemin.',
  'invalid_request.host_private': 'Seuls les hôtes de l’Internet public peuvent être ouverts.',
  'invalid_request.hosts_many': (fields) =>
    `On peut ouvrir au plus ${plural(numberOf(fields.limit), { one: 'hôte', many: 'd’hôtes', other: 'hôtes' })}.`,
  'invalid_request.key_blank': 'Collez la clé.',
  'invalid_request.key_form': 'Une clé est un seul mot fait de lettres simples, de chiffres et de signes.',
  'invalid_request.passkeys': (fields) =>
    `Un compte peut avoir ${plural(numberOf(fields.limit), { one: 'clé d’accès', many: 'de clés d’accès', other: 'clés d’accès' })}. Retirez-en une d’abord.`,
  'invalid_request.host': (fields) =>
    `Les clés d’accès demandent une adresse avec un nom. Ouvrez plutôt Redraw à ${textOf(fields.url)}.`,
  'invalid_request.path': 'Un fichier ne peut pas avoir ce chemin.',
  'invalid_request.is_directory': (fields) =>
    `${textOf(fields.path)} est un dossier. Nommez un fichier qui s’y trouve.`,
  'invalid_request.parent_is_file': (fields) =>
    `${textOf(fields.path)} est un fichier, il ne peut pas en contenir d’autres.`,
  'invalid_request.path_taken': (fields) => `Il y a déjà un fichier à ${textOf(fields.path)}.`,
  'invalid_request.model': (fields) => `Il n’y a pas de modèle ${textOf(fields.model)}.`,
  'invalid_request.plan': 'Cette formule n’existe pas.',
  'invalid_request.time_zone': 'Ce fuseau horaire n’existe pas. Choisissez-en un dans la liste.',
  'invalid_request.attachments': 'Un fichier joint n’est plus là. Joignez-le de nouveau.',
  'invalid_request.time': 'Seule une demande d’un projet qui existe peut être fixée à une heure.',
  'invalid_request.nothing_to_summarise': 'Il n’y a encore rien à résumer.',
  'invalid_request.version': 'Cette version n’existe pas.',
  unsupported_media_type: 'Ce genre de contenu n’est pas pris ici.',
  key_rejected: 'Vérifiez qu’elle est entière et encore valable.',
  sign_in_failed: `Personne n’a été connecté. ${retry}`,
  'sign_in_failed.passkey_unknown': 'Redraw ne connaît pas cette clé d’accès. Elle a peut-être été retirée.',
  'sign_in_failed.passkey_used': `La clé d’accès a servi ailleurs au même moment. ${retry}`,
  'sign_in_failed.passkey_unverified': `La clé d’accès n’a pas pu être vérifiée. ${retry}`,
  'sign_in_failed.user_verification':
    'La clé d’accès n’a pas vérifié que c’est bien vous. Activez un verrouillage d’écran, une empreinte ou un code, et réessayez.',
  'sign_in_failed.other_account':
    'Cela ouvre un autre compte. Déconnectez-vous d’abord pour l’utiliser, ou prenez une façon de vous connecter du compte ouvert ici.',
  'sign_in_failed.expired': `Cela a pris trop de temps, ou c’était déjà fait. ${retry}`,
  'sign_in_failed.provider': (fields) =>
    `${textOf(fields.provider)} est injoignable pour l’instant. Réessayez plus tard.`,
  last_way_in:
    'C’est la dernière façon de vous connecter à votre compte. Ajoutez-en d’abord une autre, ou supprimez le compte.',
  oauth_failed: begin,
  'oauth_failed.not_begun': `Cela n’a pas été commencé dans ce navigateur. ${begin}`,
  'oauth_failed.said': 'Claude y a mis fin pour une raison à lui.',
  'oauth_failed.incomplete': 'Collez tout le code, avec le # et ce qui le suit.',
  'oauth_failed.other_attempt': `Ce code vient d’un autre essai, ou a plus de dix minutes. ${begin}`,
  'oauth_failed.code_refused': `Claude n’a pas accepté le code. ${begin}`,
  'oauth_failed.site_refused': 'Claude a refusé ce site. C’est à son exploitant de s’en occuper.',
  payload_too_large: 'C’est trop grand.',
  'payload_too_large.kept': (fields) =>
    `Ce projet conserve autant qu’il peut : ${bytes(numberOf(fields.limit))} avec ses versions. Demandez à Claude de supprimer de gros fichiers, ou continuez dans un nouveau projet.`,
  'payload_too_large.body': (fields) => `Ce qui a été envoyé dépasse ${bytes(numberOf(fields.limit))}. ${upload}`,
  'payload_too_large.file': (fields) => `Un fichier peut faire ${bytes(numberOf(fields.limit))}. ${upload}`,
  'payload_too_large.files': (fields) =>
    `Un projet peut avoir ${plural(numberOf(fields.limit), { one: 'fichier', many: 'de fichiers', other: 'fichiers' })}. ${upload}`,
  'payload_too_large.project': (fields) => `Un projet peut faire ${bytes(numberOf(fields.limit))} en tout. ${upload}`,
  too_many_requests: (fields) => `C’était trop souvent. ${again(fields, 'Attendez un peu, puis réessayez.')}`,
  'too_many_requests.key_checks': (fields) =>
    `Trop de clés ont été essayées. ${again(fields, 'Attendez un peu, puis réessayez.')}`,
  'too_many_requests.promo_codes': (fields) =>
    `Trop de codes ont été essayés. ${again(fields, 'Attendez un peu, puis réessayez.')}`,
  'too_many_requests.time_zone': 'Le fuseau horaire se change une fois en sept jours.',
  'too_many_requests.reviews': (fields) =>
    `Vous pouvez demander ${numberOf(fields.limit)} vérifications par jour. ${again(fields, 'Réessayez demain.')}`,
  'too_many_requests.feedback': (fields) =>
    `Vous pouvez envoyer ${numberOf(fields.limit)} retours par jour. ${again(fields, 'Réessayez demain.')}`,
  'too_many_requests.enquiries': (fields) =>
    `Vous pouvez envoyer ${numberOf(fields.limit)} demandes par jour. ${again(fields, 'Réessayez demain.')}`,
  'invalid_request.turns': 'Ce projet n’a pas de tel tour terminé.',
  'invalid_request.decided': 'Cette vérification a déjà été tranchée autrement.',
  'not_found.review': 'Cette vérification n’existe pas.',
  code_unknown: 'Ce code n’existe pas. Vérifiez-le.',
  code_used: 'Ce code a été utilisé.',
  code_expired: 'Ce code a expiré.',
  busy: (fields) => `Trop de gros fichiers de ce projet sont en route. ${again(fields, soon)}`,
  'busy.call': (fields) => `Trop de choses sont en route à la fois. ${again(fields, soon)}`,
  credit_exhausted: 'Le compte Claude est à sa limite.',
  'credit_exhausted.known':
    'Votre compte Claude est à sa limite. Attendez qu’elle se renouvelle, ou essayez quand même.',
  'credit_exhausted.plan': 'L’abonnement Claude est à sa limite.',
  'credit_exhausted.no_extra_usage': 'L’abonnement Claude est à sa limite et n’a plus d’utilisation supplémentaire.',
  'credit_exhausted.spend_limit': 'Ce compte Claude a atteint sa limite de dépenses.',
  'credit_exhausted.rate_limit': 'Ce compte Claude a atteint sa limite de requêtes.',
  'credit_exhausted.no_credit': 'Ce compte Claude n’a plus de crédit.',
  'credit_exhausted.shared_key': 'La clé partagée de ce site a atteint sa limite chez Claude.',
  hosted_budget_spent: `Le budget partagé d’aujourd’hui est dépensé. ${goOn}`,
  'hosted_budget_spent.no_shared_key':
    'Ce site n’a pas de tours partagés. Connectez votre propre Claude pour continuer.',
  'hosted_budget_spent.used_up': (fields) =>
    `${numberOf(fields.limit) === 1 ? 'Le tour partagé d’aujourd’hui est utilisé.' : `Les ${number(numberOf(fields.limit))} tours partagés d’aujourd’hui sont utilisés.`} ${goOn}`,
  'too_many_requests.sign_ups':
    'Trop de comptes ont été créés depuis cette adresse aujourd’hui. Connectez-vous à un compte existant, ou revenez demain.',
  'too_many_requests.projects':
    'Cette adresse a créé assez de projets pour aujourd’hui. Continuez-en un qui existe, ou revenez demain.',
  'too_many_requests.uploads':
    'Trop de données ont été envoyées ou modifiées à la main aujourd’hui. Connectez-vous, connectez votre propre Claude, ou revenez demain.',
  'hosted_budget_spent.budget': `Le budget partagé d’aujourd’hui est dépensé. ${goOn}`,
  'hosted_budget_spent.account': `Votre part du budget partagé d’aujourd’hui est dépensée. ${goOn}`,
  'hosted_budget_spent.address': `La part de cette adresse dans le budget partagé d’aujourd’hui est dépensée. ${goOn}`,
  'hosted_budget_spent.new_visitors': `Depuis ce réseau, autant de nouveaux comptes qu’il en est admis par jour aux tours partagés ont déjà commencé. ${goOn}`,
  credits_spent:
    'Vos crédits ne suffisent pas pour ce tour. Connectez votre propre Claude pour continuer maintenant, ou revenez quand il y en aura de nouveaux.',
  'credits_spent.kept': 'Vos crédits ne vont pas plus loin. Ce qui est déjà écrit reste, et c’est une version.',
  connection_broken: `La connexion à Claude est rompue. ${connect}`,
  'connection_broken.removed': `La connexion à Claude a été retirée. ${connect}`,
  'connection_broken.key_refused': `Claude n’accepte plus la clé. ${connect}`,
  'connection_broken.token_refused': `Claude refuse cette connexion, même avec un jeton neuf. ${connect}`,
  'connection_broken.grant_ended': `Claude a mis fin à cette connexion. ${connect}`,
  'connection_broken.answer_lost': `La réponse à un renouvellement de cette connexion s’est perdue, et Claude ne la redonne pas. ${connect}`,
  'connection_broken.expired': `La connexion à Claude a expiré. ${connect}`,
  'connection_broken.off': 'Ce site ne connecte plus de comptes Claude.',
  'connection_broken.renewed':
    'Claude a refusé la connexion, qui a été renouvelée depuis. Renvoyez la demande, ou reconnectez Claude.',
  'connection_broken.disabled': 'Ce compte Claude est désactivé.',
  connection_unavailable: `La connexion à Claude est inutilisable pour l’instant. ${notLost}`,
  'connection_unavailable.moving': `Votre connexion à Claude est en route vers votre compte. ${notLost}`,
  'connection_unavailable.renewal': `La connexion à Claude ne peut pas être renouvelée pour l’instant. ${notLost}`,
  claude_unreachable: `Claude est injoignable, rien n’a donc changé. ${soon}`,
  'claude_unreachable.key_check': `Claude est injoignable, la clé n’a pas pu être vérifiée. Rien n’a été gardé. ${soon}`,
  not_found: 'Cela n’existe pas ici, ou n’existe plus.',
  'not_found.project': 'Ce projet n’existe pas.',
  'not_found.cookie':
    'Redraw ne connaît pas ce navigateur : il n’a pas envoyé de cookie (bloqué ou supprimé), ou sa connexion a pris fin. Si quelque chose ici est à vous, autorisez les cookies pour ce site, ou reconnectez-vous.',
  'not_found.account': 'Ce compte n’existe plus. Rechargez la page.',
  'not_found.call': 'Cela n’existe pas ici. Rechargez la page.',
  'not_found.version': 'Cette version n’existe pas.',
  'not_found.version_gone': 'Les fichiers de cette version ne sont plus conservés.',
  'not_found.file': 'Ce fichier n’existe pas.',
  'not_found.passkey': 'Cette clé d’accès n’existe pas.',
  'not_found.sign_in_method': 'Cette façon de se connecter n’existe pas.',
  'not_found.login': 'Cette connexion n’existe pas.',
  'not_found.connection': 'Aucun compte Claude n’est connecté.',
  'not_found.signed_in_meanwhile':
    'Quelqu’un s’est connecté dans ce navigateur. Rechargez la page, puis connectez Claude.',
  'not_found.fresh_start': 'Il n’y a pas de nouveau départ à annuler.',
  'not_found.queued_prompt': 'Cette demande n’attend plus.',
  'not_found.command': 'Aucune commande n’est en cours.',
  'not_found.container': 'Il n’y a pas de conteneur ici.',
  'not_found.server': 'Aucun serveur n’a été démarré.',
  internal: `Quelque chose s’est cassé de notre côté. Rien n’est perdu. ${retry}`,
  'internal.given_up': 'Le tour n’a pas commencé. Renvoyez la demande.',
  'internal.unchanged': 'Quelque chose s’est cassé de notre côté. Les fichiers sont comme avant ; renvoyez la demande.',
  'internal.kept': 'Quelque chose s’est cassé de notre côté. Le tour s’arrête ici.',
  refused: 'Claude a refusé cette demande et ne la voit plus. Dites-le autrement.',
  output_limit: 'La réponse était plus longue que ce que Claude peut écrire en un tour. Demandez moins à la fois.',
  turn_limit: `Ce tour n’est pas arrivé à sa fin, il a été arrêté ici. ${missing}`,
  'turn_limit.steps': (fields) =>
    `Ce tour a pris ${plural(numberOf(fields.limit), { one: 'réponse', many: 'de réponses', other: 'réponses' })} sans arriver à sa fin, il a été arrêté ici. ${missing}`,
  'turn_limit.time': (fields) =>
    `Ce tour a duré ${time(fields.seconds)} sans arriver à sa fin, il a été arrêté ici. ${missing}`,
  going_in_circles: `Claude tourne en rond. ${circles}`,
  'going_in_circles.tool': `Claude tourne en rond : la même étape a échoué deux fois de suite. ${circles}`,
  'going_in_circles.preview': `Claude tourne en rond : l’aperçu montre deux fois de suite le même problème. ${circles}`,
  operator_key_refused: 'Claude a refusé la clé de ce site. C’est à son exploitant de s’en occuper.',
  request_too_large: 'Cette conversation est devenue trop grande pour être envoyée à Claude.',
  context_full: 'Cette conversation dépasse ce que Claude peut lire d’un coup.',
  upstream_busy: (fields) =>
    `Claude limite les requêtes pour l’instant. Ce n’est pas votre propre limite. ${again(fields, '')}`.trim(),
  upstream_error: (fields) => `Claude a eu une erreur à lui. ${again(fields, soon)}`,
  upstream_overloaded: (fields) =>
    `Claude est surchargé pour l’instant. ${again(fields, 'Réessayez dans quelques minutes.')}`,
  upstream_unreachable: 'La connexion à Claude s’est rompue et n’a pas pu être rétablie.',
  upstream_refused: 'Claude a refusé cette requête. La faute est à nous ; elle a été notée.',
  'upstream_refused.thinking': 'Claude n’a pas pu lire cette conversation.',
  'upstream_refused.images': 'Claude n’a pas pu regarder une image de cette conversation.',
  permission_denied: 'Claude ne permet pas cela avec votre clé.',
  model_not_found: 'Ce compte Claude n’a pas accès au modèle choisi.',
};
