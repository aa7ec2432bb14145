using System.Globalization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;

namespace Annotator.Api.Annotations;

/// <summary>
/// What the server tells those who have a job open; see docs/annotations-protocol.md. Public, with what it names, because
/// SignalR implements it.
/// </summary>
public interface IJobListener
{
    /// <summary>The job's annotations were changed. A gap in revisions means: read <c>/changes</c>.</summary>
    [HubMethodName("changed")]
    Task Changed(JobChanged change);

    /// <summary>The people who have the job open, each once.</summary>
    [HubMethodName("presence")]
    Task Presence(JobPresence presence);

    /// <summary>The job itself was changed.</summary>
    [HubMethodName("job")]
    Task Job(Core.Jobs.JobNews job);
}

/// <summary>The live feed of jobs, at <c>/hubs/jobs</c>.</summary>
[Authorize]
internal sealed class JobHub(Presence presence, JobFeed feed) : Hub<IJobListener>
{
    public static string Group(int jobId) => FormattableString.Invariant($"job-{jobId}");

    /// <summary>Listens to a job. A job that one may not see does not exist.</summary>
    public async Task Join(int jobId, AccessOf access)
    {
        var userId = int.Parse(Context.UserIdentifier!, CultureInfo.InvariantCulture);
        if (await access.ViewerOfJobAsync(userId, jobId, Context.ConnectionAborted) is not ({ } viewer, var revision))
        {
            throw new HubException($"There is no job {jobId}.");
        }

        await Groups.AddToGroupAsync(Context.ConnectionId, Group(jobId), Context.ConnectionAborted);
        await presence.EnterAsync(jobId, Context.ConnectionId, viewer);
        Joined.Add(jobId);
        feed.Joined(jobId, revision);
    }

    public async Task Leave(int jobId)
    {
        await Groups.RemoveFromGroupAsync(Context.ConnectionId, Group(jobId), Context.ConnectionAborted);
        Joined.Remove(jobId);
        await LeaveAsync(jobId);
    }

    public override async Task OnDisconnectedAsync(Exception? exception)
    {
        foreach (var jobId in Joined)
        {
            await LeaveAsync(jobId);
        }
    }

    private async Task LeaveAsync(int jobId)
    {
        if (await presence.LeaveAsync(jobId, Context.ConnectionId))
        {
            feed.Left(jobId);
        }
    }

    /// <summary>The jobs that this connection listens to. Its calls come one after the other.</summary>
    private HashSet<int> Joined => (HashSet<int>)(Context.Items[nameof(Joined)] ??= new HashSet<int>());
}

/// <param name="Ops">As in <see cref="ChangeView"/>.</param>
public sealed record JobChanged(int JobId, int Revision, ChangeAuthor User, DateTimeOffset At, Guid? ClientId, System.Text.Json.JsonElement? Ops);

public sealed record JobPresence(int JobId, IReadOnlyList<PresentUser> Users);

public sealed record PresentUser(int Id, string Username);
