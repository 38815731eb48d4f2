/** Projects of new plugins, made from the example plugin. */
package io.flexora.cli.scaffold;
