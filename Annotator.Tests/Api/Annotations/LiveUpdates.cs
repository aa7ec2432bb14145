using System.Globalization;
using System.Net;
using Annotator.Api.Lists;
using Annotator.Core;
using Annotator.Core.Annotations;
using Annotator.Core.Identity;
using Annotator.Core.Jobs;
using Annotator.Formats.Model;
using Annotator.Tests.Support;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using StackExchange.Redis;

namespace Annotator.Tests.Api.Annotations;

/// <summary>Two Apis and a Worker on one database and one live Redis: who hears what, and what happens when Redis dies.</summary>
public sealed class LiveUpdates(LiveUpdates.Replicas replicas) : IClassFixture<LiveUpdates.Replicas>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = 120_000)]
    public async Task A_save_through_one_replica_is_heard_through_the_other()
    {
        var cancel = TestContext.Current.CancellationToken;
        var scene = await SceneAsync();
        await using var here = await replicas.JoinAsync(1, scene.Owner, scene.Job.Id);
        await using var there = await replicas.JoinAsync(2, scene.Assignee, scene.Job.Id);

        var revision = await SaveAsync(scene);

        Assert.Equal(revision, (await here.NextAsync("changed", cancel)).GetProperty("revision").GetInt32());
        var changed = await there.NextAsync("changed", cancel);
        Assert.Equal(revision, changed.GetProperty("revision").GetInt32());
        Assert.Equal("add", changed.GetProperty("ops")[0].GetProperty("op").GetString());

        (await replicas.As(scene.Owner).Patch($"/api/jobs/{scene.Job.Id}", new { stage = "validation" })).Is(HttpStatusCode.OK);
        Assert.Equal("validation", (await there.NextAsync("job", cancel)).GetProperty("stage").GetString());
    }

    [Fact(Timeout = 120_000)]
    public async Task People_on_both_replicas_see_each_other_come_and_go()
    {
        var cancel = TestContext.Current.CancellationToken;
        var scene = await SceneAsync();
        await using var here = await replicas.JoinAsync(1, scene.Owner, scene.Job.Id);
        await here.SeesAsync(cancel, scene.Owner.UserName);

        var there = await replicas.JoinAsync(2, scene.Assignee, scene.Job.Id);
        await there.SeesAsync(cancel, scene.Owner.UserName, scene.Assignee.UserName);
        await here.SeesAsync(cancel, scene.Owner.UserName, scene.Assignee.UserName);

        await there.DisposeAsync();
        await here.SeesAsync(cancel, scene.Owner.UserName);
    }

    [Fact(Timeout = 120_000)]
    public async Task People_of_a_replica_that_died_vanish_by_themselves()
    {
        var cancel = TestContext.Current.CancellationToken;
        var scene = await SceneAsync();
        await using var redis = await ConnectionMultiplexer.ConnectAsync(replicas.Redis.ConnectionString);
        await redis.GetDatabase().HashSetAsync(
            FormattableString.Invariant($"presence:job:{scene.Job.Id}"),
            "a connection of a killed process",
            string.Create(CultureInfo.InvariantCulture, $"{replicas.Time.GetUtcNow().ToUnixTimeSeconds()} {scene.Assignee.Id} {scene.Assignee.UserName}"));
        await using var here = await replicas.JoinAsync(1, scene.Owner, scene.Job.Id);
        await here.SeesAsync(cancel, scene.Owner.UserName, scene.Assignee.UserName);

        replicas.Time.Advance(TimeSpan.FromMinutes(2));

        await here.SeesAsync(cancel, scene.Owner.UserName);
    }

    [Fact(Timeout = 120_000)]
    public async Task What_the_worker_commits_is_heard_and_what_it_takes_back_is_not()
    {
        var cancel = TestContext.Current.CancellationToken;
        var scene = await SceneAsync();
        await using var worker = new WorkerApp(replicas.Database.ConnectionString, replicas.BlobFolder, redis: replicas.Redis.ConnectionString);
        await using var here = await replicas.JoinAsync(1, scene.Owner, scene.Job.Id);

        await ImportAsync(worker, scene, commit: false);
        await ImportAsync(worker, scene, commit: true);

        var changed = await here.NextAsync("changed", cancel);
        Assert.Equal(1, changed.GetProperty("revision").GetInt32());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, changed.GetProperty("ops").ValueKind);
        Assert.DoesNotContain(Read(here), next => next.Name == "changed");
    }

    [Fact(Timeout = 300_000)]
    public async Task Redis_dies_and_comes_back_and_nobody_has_lost_anything()
    {
        var cancel = TestContext.Current.CancellationToken;
        var scene = await SceneAsync();
        await using var here = await replicas.JoinAsync(1, scene.Owner, scene.Job.Id);
        await using var there = await replicas.JoinAsync(2, scene.Assignee, scene.Job.Id);
        var first = await SaveAsync(scene);
        Assert.Equal(first, (await there.NextAsync("changed", cancel)).GetProperty("revision").GetInt32());
        Assert.Equal(first, (await here.NextAsync("changed", cancel)).GetProperty("revision").GetInt32());

        replicas.Redis.Kill();
        var missed = new[] { await SaveAsync(scene), await SaveAsync(scene), await SaveAsync(scene) };

        // Whoever is on the replica that saved hears of it all the same.
        Assert.Equal(missed[0], (await here.NextAsync("changed", cancel)).GetProperty("revision").GetInt32());

        replicas.Redis.Start();
        foreach (var revision in missed)
        {
            var seen = await replicas.TickUntilAsync(there.NextAsync("changed", cancel), cancel);
            Assert.Equal(revision, seen.GetProperty("revision").GetInt32());
        }

        var log = (await replicas.As(scene.Assignee).Get($"/api/jobs/{scene.Job.Id}/changes?since={first}")).Is(HttpStatusCode.OK);
        Assert.Equal(missed, log["changes"].EnumerateArray().Select(change => change.GetProperty("revision").GetInt32()));

        // The new Redis is empty; people are in it again, and the next save is heard as ever.
        var next = await SaveAsync(scene);
        Assert.Equal(next, (await replicas.TickUntilAsync(there.NextAsync("changed", cancel), cancel)).GetProperty("revision").GetInt32());
        var third = await replicas.Given.AdminAsync();
        await using var joined = await replicas.JoinAsync(1, third, scene.Job.Id);
        await replicas.TickUntilAsync(joined.SeesAsync(cancel, scene.Owner.UserName, scene.Assignee.UserName, third.UserName), cancel);
    }

    private static async Task ImportAsync(WorkerApp worker, Scene scene, bool commit)
    {
        await using var scope = worker.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AnnotatorDbContext>();
        var store = scope.ServiceProvider.GetRequiredService<AnnotationStore>();
        await db.Database.CreateExecutionStrategy().ExecuteAsync(async () =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync(Cancel);
            await store.AppendAsync(scene.Job.Id, scene.Owner.Id, Shapes().ToAsyncEnumerable(), replace: false, Cancel);
            if (commit)
            {
                await transaction.CommitAsync(Cancel);
            }
        });

        IEnumerable<AnnotationObject> Shapes() => [new Shape { LabelId = scene.Label, Kind = ShapeKind.Rectangle, Points = [1, 2, 3, 4] }];
    }

    private async Task<int> SaveAsync(Scene scene)
    {
        var client = replicas.As(scene.Owner);
        var id = (await client.Post($"/api/jobs/{scene.Job.Id}/ids", new { count = 1 })).Is(HttpStatusCode.OK)["first"].GetInt64();
        var ops = new[] { new { op = "add", type = "shape", id, value = AnnotationTests.Shape(scene.Label, 0) } };
        return (await client.Post($"/api/jobs/{scene.Job.Id}/ops", new { client_id = Guid.CreateVersion7(), seq = 1, @base = 0, ops }))
            .Is(HttpStatusCode.OK)["revision"].GetInt32();
    }

    private static IEnumerable<(string Name, System.Text.Json.JsonElement Body)> Read(JobListener listener)
    {
        while (listener.Events.TryRead(out var next))
        {
            yield return next;
        }
    }

    private async Task<Scene> SceneAsync()
    {
        var (owner, assignee) = (await replicas.Given.UserAsync(), await replicas.Given.UserAsync());
        var job = await replicas.Given.JobAsync(owner, assignee);
        await using var db = replicas.Db();
        return new Scene(owner, assignee, job, await db.Labels.Where(label => label.TaskId == job.TaskId).Select(label => label.Id).SingleAsync(Cancel));
    }

    private sealed record Scene(User Owner, User Assignee, AnnotationJob Job, int Label);

    /// <summary>Two Apis on one Redis. Their clock stands still, so that nothing is noticed by looking now and then, unless a test says so.</summary>
    public sealed class Replicas(DatabaseTemplate template) : AnnotatorApp(template)
    {
        private WebApplicationFactory<ListQuery> _second = null!;

        internal RedisForTests Redis { get; } = new();

        public FakeTimeProvider Time { get; } = new(TimeProvider.System.GetUtcNow());

        public override async ValueTask InitializeAsync()
        {
            await base.InitializeAsync();
            _second = CreateReplica();
        }

        public override async ValueTask DisposeAsync()
        {
            await _second.DisposeAsync();
            await base.DisposeAsync();
            Redis.Dispose();
        }

        internal Task<JobListener> JoinAsync(int replica, User user, int jobId) =>
            JobListener.JoinAsync(replica == 1 ? Handler() : _second.Server.CreateHandler(), Given.AccessToken(user), jobId, Cancel);

        /// <summary>Lets half a minute pass again and again until something has happened.</summary>
        internal async Task<T> TickUntilAsync<T>(Task<T> happens, CancellationToken cancel)
        {
            while (await Task.WhenAny(happens, Task.Delay(200, cancel)) != happens)
            {
                Time.Advance(TimeSpan.FromSeconds(30));
            }

            return await happens;
        }

        protected override void Configure(IWebHostBuilder host) => host.UseSetting("ConnectionStrings:redis", Redis.ConnectionString);

        protected override void ConfigureServices(IServiceCollection services) => services.AddSingleton<TimeProvider>(Time);
    }
}
