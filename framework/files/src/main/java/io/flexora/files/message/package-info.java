/** What messages about a user's files say: where JSON is wrong, and which name was meant. */
@Export
@Version("0.1.0")
package io.flexora.files.message;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
