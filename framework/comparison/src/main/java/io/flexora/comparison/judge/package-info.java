/** The judgement of results made elsewhere: their files are read, and analysed like cells. */
package io.flexora.comparison.judge;
