using System.Threading.Channels;
using Annotator.Core;
using Annotator.Core.Annotations;
using Annotator.Core.Jobs;
using Microsoft.AspNetCore.SignalR;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Api.Annotations;

/// <summary>
/// Publishes committed changes to everybody who has the job open. It works behind the requests: it costs a save nothing and
/// cannot fail it. What gets lost, clients notice by the gap in revisions and fetch.
/// </summary>
internal sealed partial class JobFeed(IServiceScopeFactory scopes, IHubContext<JobHub, IJobListener> hub, ILogger<JobFeed> log)
    : BackgroundService, IJobEvents
{
    private const int Backlog = 10_000;

    private readonly Channel<(int JobId, int Revision)> _announced = Channel.CreateBounded<(int, int)>(
        new BoundedChannelOptions(Backlog) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    /// <summary>Says that the job has come to a revision.</summary>
    public void Announce(int jobId, int revision) => _announced.Writer.TryWrite((jobId, revision));

    public async Task ChangedAsync(JobNews job, CancellationToken cancel)
    {
        try
        {
            await hub.Clients.Group(JobHub.Group(job.Id)).Job(job);
        }
        catch (Exception failure) when (!cancel.IsCancellationRequested)
        {
            Log.NotTold(log, failure, job.Id);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var (jobId, revision) in _announced.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await PublishAsync(jobId, revision, stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                Log.NotTold(log, failure, jobId);
            }
        }
    }

    private async Task PublishAsync(int jobId, int revision, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var store = scope.ServiceProvider.GetRequiredService<AnnotationStore>();
        var changes = await store.ReadChangesAsync(jobId, revision - 1, cancel);
        if (changes?.FirstOrDefault(change => change.Revision == revision) is not { } change)
        {
            return;
        }

        var db = scope.ServiceProvider.GetRequiredService<AnnotatorDbContext>();
        var names = await db.Users.Where(user => user.Id == change.UserId).ToDictionaryAsync(user => user.Id, user => user.UserName!, cancel);
        var view = ChangeView.Of(change, names);
        await hub.Clients.Group(JobHub.Group(jobId)).Changed(
            new JobChanged(jobId, view.Revision, view.User, view.At, view.ClientId, view.Ops));
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Those who have job {JobId} open were not told of a change.")]
        public static partial void NotTold(ILogger log, Exception failure, int jobId);
    }
}
