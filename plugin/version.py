"""The version, alone in a leaf file so that packaging need not import Flask."""

VERSION = "0.1.0"
