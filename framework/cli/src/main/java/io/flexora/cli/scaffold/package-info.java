/** Projects of new plugins: one engine, and a folder of templates for each extension point. */
package io.flexora.cli.scaffold;
