/** Jinja templates, as prompts and chats are written in. */
@Export
@Version("0.1.0")
package io.flexora.jinja;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
