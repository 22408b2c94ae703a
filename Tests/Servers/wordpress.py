#!/usr/bin/env python3
"""A real WordPress on its own database: an administrator and an editor, each with application passwords."""

import glob
import json
import os
import socket
import subprocess

from harness import Failed, free_port, good, have_program, http_call, need, output_of, run, start, used, wait_until

CODE = "/usr/share/wordpress/"
CONFIG = """\
accounts:
  - name: acme-blog
    connector: wordpress
    base_url: {base}
    settings: {{site: https://blog.acme.example}}
    credential:
      kind: basic
      secret: {{user: {{file: {user}}}, password: {{file: {password}}}}}
"""
# Debian's own wp-config.php reads /etc/wordpress; a folder of links with our wp-config.php in it leaves that alone.
WP_CONFIG = """\
<?php
define('DB_NAME', 'wordpress'); define('DB_USER', 'root'); define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:{socket}'); define('DB_CHARSET', 'utf8mb4'); define('DB_COLLATE', '');
define('WP_HOME', '{base}'); define('WP_SITEURL', '{base}'); define('WP_CONTENT_DIR', __DIR__ . '/wp-content');
define('WP_ENVIRONMENT_TYPE', 'local');  // application passwords without TLS
define('DISABLE_WP_CRON', true); define('WP_HTTP_BLOCK_EXTERNAL', true); define('AUTOMATIC_UPDATER_DISABLED', true);
define('WP_DEBUG', false);
$table_prefix = 'wp_';
require_once ABSPATH . 'wp-settings.php';
"""
ROUTER = """\
<?php
defined('ABSPATH') || define('ABSPATH', __DIR__ . '/site/');
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
if ($path !== '/' && is_file(ABSPATH . $path)) return false;  // a page of the product, or a style sheet
$_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = '/index.php';
require ABSPATH . 'index.php';
"""
PLUGIN = """\
<?php
/* Plugin Name: Lead Forms
   Author: Lead Connector
   Plugin URI: https://leadforms.example/wordpress
   Version: 1.4.2 */
add_action('rest_api_init', fn() => register_rest_route('lead-forms/v1', '/ping',
    ['methods' => 'GET', 'callback' => fn() => 'pong', 'permission_callback' => '__return_true']));
"""
PRELUDE = """\
<?php
defined('ABSPATH') || define('ABSPATH', __DIR__ . '/site/');
"""
INSTALL = PRELUDE + """\
$_SERVER += ['HTTP_HOST' => '127.0.0.1', 'REQUEST_URI' => '/', 'REMOTE_ADDR' => '127.0.0.1'];
define('WP_INSTALLING', true);
(new mysqli('localhost', 'root', '', '', 0, $argv[1]))->query('CREATE DATABASE wordpress');
function wp_mail() { return true; }  // nothing leaves this machine
require ABSPATH . 'wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install('Acme blog', 'admin', 'admin@acme.example', false, '', wp_generate_password());
$wp_rewrite->set_permalink_structure('/%postname%/');
flush_rewrite_rules(false);
[$password, $item] = WP_Application_Passwords::create_new_application_password(1, ['name' => 'revoke-operator']);
echo json_encode(['password' => $password, 'uuid' => $item['uuid']]);
"""
VIEW = PRELUDE + """\
$_SERVER += ['HTTP_HOST' => '127.0.0.1', 'REQUEST_URI' => '/', 'REMOTE_ADDR' => '127.0.0.1'];
require ABSPATH . 'wp-load.php';
$seen = ['users' => [], 'application_passwords' => []];
foreach (get_users() as $user) {
    $seen['users'][$user->user_login] = $user->roles;
    foreach (WP_Application_Passwords::get_user_application_passwords($user->ID) as $one)
        $seen['application_passwords'][$one['uuid']] = ['user' => $user->user_login, 'name' => $one['name'],
            'app_id' => $one['app_id'], 'created' => $one['created'], 'hash' => md5($one['password'])];
}
$seen['posts'] = wp_list_pluck(get_posts(['post_type' => 'any', 'post_status' => 'any', 'numberposts' => -1]), 'post_title');
sort($seen['posts']);
$seen['plugins'] = get_option('active_plugins');
$seen['application_passwords'] = (object) $seen['application_passwords'];
echo json_encode($seen);
"""


def main(folder):
    need(have_program("mariadbd", "php") and os.path.exists(CODE + "wp-settings.php")
         and "mysqli" in subprocess.run(["php", "-m"], capture_output=True, text=True).stdout,
         "apt-get install --no-install-recommends wordpress mariadb-server php-cli php-mysql")
    server = WordPress(folder)
    return server.populate(folder), server.view, server.use


class WordPress:
    plugin = "lead-forms/lead-forms"

    def __init__(self, folder):
        self.folder, self.passwords = folder, {}
        database, port = self.database(folder), free_port()
        self.base = f"http://127.0.0.1:{port}"
        self.site(folder, database)
        self.operator = self.php("install.php", database)
        child = start(["php", "-d", "auto_prepend_file=" + folder.write("prelude.php", PRELUDE), "-S", f"127.0.0.1:{port}",
                       "-t", folder / "site", folder.write("router.php", ROUTER)], folder / "server.log", cwd=folder.path)
        wait_until(lambda: http_call("GET", self.base + "/wp-json/").status == 200, child)

    def database(self, folder):
        """A server of our own that listens on a socket in the folder and nowhere else."""
        path = folder / "db.sock"
        if len(path) > 100:
            raise Failed(f"{folder.path} is too long a name for a socket")
        # No accounts and none of the tables that hold them: the folder is ours alone, and `mariadb-install-db` would be a
        # second program with children of its own.
        argv = ["/usr/sbin/mariadbd", "--no-defaults", "--datadir=" + folder.make("db"), "--socket=" + path, "--skip-networking",
                "--skip-grant-tables", "--skip-log-bin", "--performance-schema=0", "--innodb-log-file-size=4M",
                "--innodb-buffer-pool-size=16M", "--innodb-flush-log-at-trx-commit=0", "--innodb-fast-shutdown=2",
                "--innodb-stats-persistent=0"]
        child = start(argv + ["--user=root"] * (os.geteuid() == 0), folder / "db.log", cwd=folder.path)
        wait_until(lambda: connects(path), child)
        return path

    def site(self, folder, database):
        folder.make("site/wp-content")
        for path in glob.glob(CODE + "*"):
            if os.path.basename(path) not in ("wp-config.php", "wp-content"):
                os.symlink(path, folder / ("site/" + os.path.basename(path)))
        folder.write(f"site/wp-content/plugins/{self.plugin}.php", PLUGIN)
        folder.write("site/wp-config.php", WP_CONFIG.format(socket=database, base=self.base))
        folder.write("install.php", INSTALL)
        folder.write("view.php", VIEW)

    def php(self, script, *arguments):
        output = output_of(["php", self.folder / script, *arguments], cwd=self.folder.path)
        return json.loads(output.splitlines()[-1])  # what PHP has to say by the way comes before

    def call(self, method, path, user="admin", password=None, **more):
        return http_call(method, self.base + "/wp-json/wp/v2/" + path, user=(user, password or self.operator["password"]), **more)

    # --- the state ---

    def populate(self, folder):
        self.passwords[self.operator["uuid"]] = ("admin", self.operator["password"])
        editor = json.loads(good(self.call("POST", "users", data={
            "username": "editor", "email": "editor@acme.example", "password": os.urandom(12).hex(), "roles": ["editor"]})).text)
        zapier = self.application_password(1, "admin", "Zapier", app_id="6f9619ff-8b86-4011-b42d-00c04fc964ff")
        blog = self.application_password(editor["id"], "editor", "GHL blog")
        old = self.application_password(editor["id"], "editor", "Old backup")
        good(self.call("POST", f"plugins/{self.plugin}", data={"status": "active"}))
        for uuid in (zapier, blog):
            self.use(uuid)  # these two are in use
        config = folder.write("config.yaml", CONFIG.format(
            base=self.base, user=folder.write("operator.user", "admin"),
            password=folder.write("operator.password", self.operator["password"])))
        for uuid in (zapier, blog, old):
            folder.write(f"held/{uuid}", self.passwords[uuid][1])
        return {
            "server": "wordpress", "base_url": self.base, "config": config, "account": "acme-blog",
            "identity": self.base + "/wp-json/wp/v2/users/1",
            "expected": [
                self.expected("application-password", zapier, title="Zapier", owner="admin", in_use=True),
                self.expected("application-password", blog, title="GHL blog", owner="editor", in_use=True),
                self.expected("application-password", old, title="Old backup", owner="editor", in_use=False),
                self.expected("plugin", self.plugin, title="Lead Forms", holder="Lead Connector"),
                # Listed only where it is asked for.
                self.expected("own-application-password", self.operator["uuid"], own=True, opt_in=True, title="revoke-operator")],
            "not_expected": []}

    def application_password(self, id, login, name, **more):
        answer = json.loads(good(self.call("POST", f"users/{id}/application-passwords", data={"name": name, **more})).text)
        self.passwords[answer["uuid"]] = (login, answer["password"])
        return answer["uuid"]

    def expected(self, surface, vendor_id, own=False, **more):
        return {"surface": surface, "vendor_id": vendor_id, "use": vendor_id, "own": own, **more}

    # --- what a test asks ---

    def view(self):
        """By WordPress's own code and no password, so that it goes on when all are gone. Last uses are left out."""
        return self.php("view.php")

    def use(self, id):
        if id == self.plugin:
            return used(http_call("GET", self.base + "/wp-json/lead-forms/v1/ping"), 200)
        login, password = self.passwords[id]
        return used(self.call("GET", "users/me?_fields=id,name", user=login, password=password), 200)


def connects(path):
    with socket.socket(socket.AF_UNIX) as probe:
        probe.connect(path)
    return True


if __name__ == "__main__":
    run(main)
