using System.Globalization;
using Annotator.Api.Errors;
using Annotator.Core;
using Annotator.Core.Identity;
using Annotator.Core.Models;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Api.Identity;

// How an endpoint says who may call it:
//
//   tasks.MapGet("/{id:int}/data", ReadAsync).RequireTask("view:data");
//   jobs.MapPatch("/{id:int}/annotations", PatchAsync).RequireJob("update:annotations");
//   projects.MapPost("/", CreateAsync).RequireScope("projects", "create");      // no object yet
//
// The scope is one of the permission matrix (Annotator.Core/Identity/Permissions.cs). It is asked before the body is read: an object
// that the user may not see is 404, one that he or she may see but not change so is 403. The handler then fetches by id alone.
// A route without {id} and an unknown scope fail when the server starts. Where the scope depends on the body, require "view" on the
// route and ask in the handler:
//
//   if (await access.TaskAsync(id, "update:owner", cancel) is { } refusal) { return refusal; }
//
// Lists start from db.Tasks.VisibleTo(user) and need no scope but "list".

/// <summary>What a route asks of its caller.</summary>
/// <param name="Parameter">The route value with the object's id; null where the scope needs no object.</param>
internal sealed record RequiredScope(string Resource, string Scope, string? Parameter);

internal static class AccessConventions
{
    public static TBuilder RequireProject<TBuilder>(this TBuilder builder, string scope) where TBuilder : IEndpointConventionBuilder =>
        builder.Require(new RequiredScope("projects", scope, "id"));

    public static TBuilder RequireTask<TBuilder>(this TBuilder builder, string scope) where TBuilder : IEndpointConventionBuilder =>
        builder.Require(new RequiredScope("tasks", scope, "id"));

    public static TBuilder RequireJob<TBuilder>(this TBuilder builder, string scope) where TBuilder : IEndpointConventionBuilder =>
        builder.Require(new RequiredScope("jobs", scope, "id"));

    public static TBuilder RequireModel<TBuilder>(this TBuilder builder, string scope) where TBuilder : IEndpointConventionBuilder =>
        builder.Require(new RequiredScope("models", scope, "id"));

    public static TBuilder RequireCloudStorage<TBuilder>(this TBuilder builder, string scope) where TBuilder : IEndpointConventionBuilder =>
        builder.Require(new RequiredScope("cloudstorages", scope, "id"));

    public static TBuilder RequireScope<TBuilder>(this TBuilder builder, string resource, string scope) where TBuilder : IEndpointConventionBuilder =>
        builder.Require(new RequiredScope(resource, scope, null));

    private static TBuilder Require<TBuilder>(this TBuilder builder, RequiredScope required) where TBuilder : IEndpointConventionBuilder
    {
        if (!Permissions.Knows(required.Resource, required.Scope))
        {
            throw new ArgumentException($"There is no scope {required.Scope} of {required.Resource}.");
        }

        builder.WithMetadata(required);
        builder.Finally(endpoint =>
        {
            if (required.Parameter is { } parameter && endpoint is RouteEndpointBuilder route && !HasParameter(route.RoutePattern, parameter))
            {
                throw new InvalidOperationException($"{route.RoutePattern.RawText} requires {required.Resource}/{required.Scope} but has no {{{parameter}}}.");
            }
        });
        return builder;
    }

    private static bool HasParameter(RoutePattern pattern, string name) => pattern.GetParameter(name) is not null;
}

/// <summary>Answers <see cref="RequiredScope"/> before the endpoint runs.</summary>
internal sealed class AccessRules(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext http)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<RequiredScope>() is { } required && http.User() is not null)
        {
            var access = http.RequestServices.GetRequiredService<Access>();
            var refusal = required.Parameter is null
                ? access.Scope(required.Resource, required.Scope)
                : int.TryParse(http.GetRouteValue(required.Parameter)?.ToString(), CultureInfo.InvariantCulture, out var id)
                    ? await access.ObjectAsync(required.Resource, id, required.Scope, http.RequestAborted)
                    : Problems.NotFound();
            if (refusal is not null)
            {
                await refusal.ExecuteAsync(http);
                return;
            }
        }

        await next(http);
    }
}

/// <summary>Asks whether the current user may do something to an object. Every method answers null for yes.</summary>
internal sealed class Access(AnnotatorDbContext db, CurrentUser user)
{
    public Task<ProblemHttpResult?> ProjectAsync(int id, string scope, CancellationToken cancel) => ObjectAsync("projects", id, scope, cancel);

    public Task<ProblemHttpResult?> TaskAsync(int id, string scope, CancellationToken cancel) => ObjectAsync("tasks", id, scope, cancel);

    public Task<ProblemHttpResult?> JobAsync(int id, string scope, CancellationToken cancel) => ObjectAsync("jobs", id, scope, cancel);

    /// <summary>A scope without an object, such as creating a project.</summary>
    public ProblemHttpResult? Scope(string resource, string scope) =>
        Permissions.Allow(resource, scope, user.Group, Relations.None) ? null : Problems.Forbidden();

    public async Task<ProblemHttpResult?> ObjectAsync(string resource, int id, string scope, CancellationToken cancel)
    {
        var relations = resource switch
        {
            "projects" => await OfProjectAsync(id, cancel),
            "tasks" => await OfTaskAsync(id, cancel),
            "jobs" => await OfJobAsync(id, cancel),
            "models" => await OfModelAsync(id, cancel),
            "cloudstorages" => await OfCloudStorageAsync(id, cancel),
            _ => throw new ArgumentOutOfRangeException(nameof(resource), resource, "Objects with an owner are projects, tasks, jobs, models and cloud storages."),
        };
        if (relations is null || !Permissions.Allow(resource, "view", user.Group, relations.Value))
        {
            return Problems.NotFound();
        }

        return Permissions.Allow(resource, scope, user.Group, relations.Value) ? null : Problems.Forbidden();
    }

    /// <summary>What the user is to a project; null when there is no such project.</summary>
    public async Task<Relations?> OfProjectAsync(int id, CancellationToken cancel)
    {
        var people = await db.Projects
            .Where(project => project.Id == id && !project.IsBeingMade)
            .Select(project => new { project.OwnerId, project.AssigneeId })
            .SingleOrDefaultAsync(cancel);
        return people is null ? null : If(people.OwnerId, Relations.Owner) | If(people.AssigneeId, Relations.Assignee);
    }

    private async Task<Relations?> OfTaskAsync(int id, CancellationToken cancel)
    {
        var people = await db.Tasks
            .Where(task => task.Id == id && !task.IsBeingMade)
            .Select(task => new { task.OwnerId, task.AssigneeId, ProjectOwner = task.Project!.OwnerId, ProjectAssignee = task.Project!.AssigneeId })
            .SingleOrDefaultAsync(cancel);
        return people is null
            ? null
            : If(people.OwnerId, Relations.Owner)
                | If(people.AssigneeId, Relations.Assignee)
                | If(people.ProjectOwner, Relations.ProjectOwner)
                | If(people.ProjectAssignee, Relations.ProjectAssignee);
    }

    private async Task<Relations?> OfJobAsync(int id, CancellationToken cancel)
    {
        var people = await db.Jobs
            .Where(job => job.Id == id && !job.Task.IsBeingMade)
            .Select(job => new
            {
                job.AssigneeId,
                TaskOwner = job.Task.OwnerId,
                TaskAssignee = job.Task.AssigneeId,
                ProjectOwner = job.Task.Project!.OwnerId,
                ProjectAssignee = job.Task.Project!.AssigneeId,
            })
            .SingleOrDefaultAsync(cancel);
        return people is null
            ? null
            : If(people.AssigneeId, Relations.Assignee)
                | If(people.TaskOwner, Relations.TaskOwner)
                | If(people.TaskAssignee, Relations.TaskAssignee)
                | If(people.ProjectOwner, Relations.ProjectOwner)
                | If(people.ProjectAssignee, Relations.ProjectAssignee);
    }

    /// <summary>A model that its owner keeps to himself or herself does not exist for others.</summary>
    private async Task<Relations?> OfModelAsync(int id, CancellationToken cancel)
    {
        var model = await db.Models.VisibleTo(user).Where(model => model.Id == id).Select(model => new { model.OwnerId }).SingleOrDefaultAsync(cancel);
        return model is null ? null : If(model.OwnerId, Relations.Owner);
    }

    private async Task<Relations?> OfCloudStorageAsync(int id, CancellationToken cancel)
    {
        var owner = await db.CloudStorages.Where(storage => storage.Id == id).Select(storage => new { storage.OwnerId }).SingleOrDefaultAsync(cancel);
        return owner is null ? null : If(owner.OwnerId, Relations.Owner);
    }

    private Relations If(int? person, Relations relation) => person == user.Id ? relation : Relations.None;
}
