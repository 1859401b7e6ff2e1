{{- /* Names and labels that all objects share. */}}

{{- define "palisade.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "palisade.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 52 | trimSuffix "-" }}
{{- else if contains (include "palisade.name" .) .Release.Name }}
{{- .Release.Name | trunc 52 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name (include "palisade.name" .) | trunc 52 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "palisade.selector" -}}
app.kubernetes.io/name: {{ include "palisade.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "palisade.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{ include "palisade.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "palisade.serviceAccount" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "palisade.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- /* palisade.toml. The ports of syslog in the container are fixed, above 1024. */}}
{{- define "palisade.toml" -}}
[server]
# A pod's loopback is reached by nobody else. TLS ends in the ingress, the gateway or the mesh before it; that is what
# `insecure` acknowledges.
listen = "0.0.0.0:7171"
insecure = true
data_dir = "/data"
{{- if .Values.otlpGrpc.enabled }}

[otlp]
grpc_listen = "0.0.0.0:4317"
{{- end }}
{{- if or .Values.syslog.udp.enabled .Values.syslog.tcp.enabled .Values.syslog.settings }}

[syslog]
{{- if .Values.syslog.udp.enabled }}
udp_listen = "0.0.0.0:5514"
{{- end }}
{{- if .Values.syslog.tcp.enabled }}
tcp_listen = "0.0.0.0:5514"
{{- end }}
{{- with .Values.syslog.settings }}
{{ . | trim }}
{{- end }}
{{- end }}
{{- with .Values.settings }}

{{ . | trim }}
{{- end }}
{{- end }}
