namespace Annotator.Api.Errors;

/// <summary>Parts of the contract that this server has not, by their addresses: who asks for one learns that from the refusal's words.</summary>
internal static class AbsentParts
{
    private const string People = "Projects and tasks belong to people here; ";
    private static readonly (string Path, string Words)[] Parts =
    [
        ("/api/organizations", People + "organizations are not available on this server."),
        ("/api/memberships", People + "memberships of organizations are not available on this server."),
        ("/api/invitations", People + "invitations into organizations are not available on this server."),
        ("/api/issues", "Issues are not available on this server."),
        ("/api/comments", "Comments on issues are not available on this server."),
        ("/api/webhooks", "Webhooks are not available on this server."),
        ("/api/guides", "Annotation guides are not available on this server."),
        ("/api/assets", "Files of annotation guides are not available on this server."),
        ("/api/quality", "Reports on quality are not available on this server."),
        ("/api/consensus", "Consensus jobs are not available on this server."),
        ("/api/analytics", "Analytics are not available on this server."),
        ("/api/events", "The event log is not available on this server."),
        ("/api/functions", "Functions that run outside of the server are not available here; add the model itself under Models."),
    ];

    private const string Jobs = "Jobs are made and deleted with their task; jobs of ground truth are not available on this server.";
    private const string Layout = "/validation_layout";

    /// <summary>What to say of a path where nothing is; null for the usual words.</summary>
    public static string? Words(PathString path) =>
        path.Value?.TrimEnd('/').EndsWith(Layout, StringComparison.Ordinal) == true
            ? "Frames for validation are not available on this server."
            : Parts.FirstOrDefault(part => path.StartsWithSegments(part.Path, StringComparison.Ordinal)).Words;

    /// <summary>What to say of a path where something is, only not for the request's method; null for the usual words.</summary>
    public static string? WordsOfMethod(PathString path) => path.StartsWithSegments("/api/jobs", StringComparison.Ordinal, out var rest) && rest.Value!.Count(letter => letter == '/') <= 1 ? Jobs : Words(path);
}
