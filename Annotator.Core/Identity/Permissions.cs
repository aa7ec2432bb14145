using System.Collections.Frozen;

namespace Annotator.Core.Identity;

/// <summary>What a user is to an object. A user may be several things at once; the best of them counts.</summary>
[Flags]
public enum Relations
{
    None = 0,
    Owner = 1,
    Assignee = 2,
    ProjectOwner = 4,
    ProjectAssignee = 8,
    TaskOwner = 16,
    TaskAssignee = 32,

    /// <summary>The user is the object.</summary>
    Self = 64,
}

/// <summary>
/// The permission matrix for work outside organizations: what group a user must at least have and what he or she must be to
/// the object. An administrator passes every rule. It decides; it does not look anything up.
/// </summary>
public static class Permissions
{
    private const Relations Own = Relations.Owner | Relations.Assignee;
    private const Relations OfProject = Relations.ProjectOwner | Relations.ProjectAssignee;
    private const Relations OfTask = OfProject | Relations.TaskOwner | Relations.TaskAssignee;

    /// <summary>No relation is asked for.</summary>
    private const Relations Any = (Relations)(-1);

    private sealed record Rule(UserGroup Group, Relations Relations);

    private static readonly FrozenDictionary<string, Rule> Rules = Build().ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>
    /// Whether a user of <paramref name="group"/> who is <paramref name="relations"/> to the object may do
    /// <paramref name="scope"/> on <paramref name="resource"/> (projects, tasks, jobs, models, cloudstorages, users, server).
    /// </summary>
    /// <exception cref="ArgumentException">There is no such scope: a mistake in a route, never in a request.</exception>
    public static bool Allow(string resource, string scope, UserGroup group, Relations relations)
    {
        if (!Rules.TryGetValue($"{resource}/{scope}", out var rule))
        {
            throw new ArgumentException($"There is no scope {scope} of {resource}.", nameof(scope));
        }

        return group == UserGroup.Admin
            || (group >= rule.Group && (rule.Relations == Any || (relations & rule.Relations) != 0));
    }

    /// <summary>Whether the matrix knows the scope; routes are checked with it when the server starts.</summary>
    public static bool Knows(string resource, string scope) => Rules.ContainsKey($"{resource}/{scope}");

    private static Dictionary<string, Rule> Build()
    {
        var rules = new Dictionary<string, Rule>(StringComparer.Ordinal);

        Add("projects", UserGroup.User, Any, "create", "import:backup");
        Add("projects", UserGroup.None, Any, "list");
        Add("projects", UserGroup.None, Own, "view", "export:annotations", "export:dataset", "export:backup");
        Add("projects", UserGroup.Worker, Own, "update:desc", "import:dataset");
        Add("projects", UserGroup.Worker, Relations.Owner, "delete", "update:assignee", "update:organization");
        Add("projects", UserGroup.Admin, Any, "update:owner");

        Add("tasks", UserGroup.User, Any, "create", "import:backup");
        Add("tasks", UserGroup.User, OfProject, "create@project");
        Add("tasks", UserGroup.None, Any, "list");
        Add("tasks", UserGroup.None, Own | OfProject,
            "view", "view:annotations", "view:data", "view:metadata", "export:annotations", "export:dataset", "export:backup");
        Add("tasks", UserGroup.Worker, Own | OfProject,
            "update:desc", "update:annotations", "delete:annotations", "update:metadata", "upload:data", "import:annotations");
        Add("tasks", UserGroup.Worker, Relations.Owner | OfProject,
            "update:owner", "update:assignee", "update:project", "update:organization", "delete");

        Add("jobs", UserGroup.None, Any, "list");
        Add("jobs", UserGroup.None, Relations.Assignee | OfTask,
            "view", "view:annotations", "view:data", "view:metadata", "export:annotations", "export:dataset");
        Add("jobs", UserGroup.Worker, Relations.Assignee | OfTask,
            "update:state", "update:annotations", "delete:annotations", "update:metadata", "import:annotations");
        Add("jobs", UserGroup.Worker, OfTask, "update:stage", "update:assignee");
        Add("jobs", UserGroup.User, OfTask, "create", "delete");

        Add("models", UserGroup.None, Any, "list", "view");
        Add("models", UserGroup.User, Any, "create");
        Add("models", UserGroup.Worker, Relations.Owner, "update", "delete");
        Add("cloudstorages", UserGroup.User, Any, "create");
        Add("cloudstorages", UserGroup.None, Any, "list");
        Add("cloudstorages", UserGroup.None, Relations.Owner, "view", "list:content");
        Add("cloudstorages", UserGroup.Worker, Relations.Owner, "update", "delete");

        Add("users", UserGroup.None, Any, "list");
        Add("users", UserGroup.None, Relations.Self, "view", "update", "delete");
        Add("users", UserGroup.Admin, Any, "create");

        Add("server", UserGroup.None, Any, "view");
        Add("server", UserGroup.User, Any, "list:content");
        Add("server", UserGroup.Admin, Any, "view:space", "delete:space");
        return rules;

        void Add(string resource, UserGroup group, Relations relations, params ReadOnlySpan<string> scopes)
        {
            foreach (var scope in scopes)
            {
                rules.Add($"{resource}/{scope}", new Rule(group, relations));
            }
        }
    }
}
