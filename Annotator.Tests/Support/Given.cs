using System.Globalization;
using Annotator.Core.CloudStorages;
using Annotator.Core.Identity;
using Annotator.Core.Jobs;
using Annotator.Core.Media;
using Annotator.Core.Models;
using Annotator.Core.Projects;
using Annotator.Core.Tasks;
using Microsoft.AspNetCore.Identity;

namespace Annotator.Tests.Support;

/// <summary>Sets the scene of a test, straight in the database: people, projects, tasks and jobs.</summary>
public sealed class Given(TestDatabase database)
{
    /// <summary>A password hash belongs to no user in particular, and is slow on purpose: one is enough.</summary>
    private static readonly string PasswordHash = new PasswordHasher<User>().HashPassword(new User(), AnnotatorApp.Password);
    private static int s_names;

    public async Task<User> UserAsync(UserGroup group = UserGroup.User, string? username = null, bool active = true)
    {
        var name = username ?? $"user-{Next()}";
        var user = new User
        {
            UserName = name,
            NormalizedUserName = name.ToUpperInvariant(),
            Email = $"{name}@example.test",
            NormalizedEmail = $"{name}@example.test".ToUpperInvariant(),
            FirstName = "First",
            LastName = "Last",
            Group = group,
            IsActive = active,
            PasswordHash = PasswordHash,
            SecurityStamp = Guid.CreateVersion7().ToString(),
            LockoutEnabled = true,
            DateJoined = DateTimeOffset.UnixEpoch.AddYears(56),
        };
        return await SaveAsync(user);
    }

    public Task<User> AdminAsync() => UserAsync(UserGroup.Admin);

    public async Task<Project> ProjectAsync(User? owner = null, User? assignee = null, string? name = null, params string[] labels)
    {
        var project = new Project
        {
            Name = name ?? $"project {Next()}",
            OwnerId = owner?.Id,
            AssigneeId = assignee?.Id,
            CreatedDate = Now,
            UpdatedDate = Now,
        };
        project.Labels.AddRange(labels.Select(Label));
        return await SaveAsync(project);
    }

    /// <summary>A bucket whose credentials nobody can open.</summary>
    public Task<CloudStorage> CloudStorageAsync(User owner) => SaveAsync(new CloudStorage
    {
        ProviderType = CloudProviders.S3,
        Resource = "photos",
        DisplayName = $"storage {Next()}",
        CredentialsType = CredentialsTypes.KeyPair,
        OwnerId = owner.Id,
        CreatedDate = Now,
        UpdatedDate = Now,
    });

    /// <param name="frames">0 makes a task without data, and so without jobs.</param>
    public async Task<AnnotationTask> TaskAsync(
        User? owner = null, User? assignee = null, Project? project = null, string? name = null, int frames = 0, int segmentSize = 0, params string[] labels)
    {
        var task = new AnnotationTask
        {
            Name = name ?? $"task {Next()}",
            OwnerId = owner?.Id,
            AssigneeId = assignee?.Id,
            ProjectId = project?.Id,
            SegmentSize = segmentSize == 0 ? frames : segmentSize,
            Mode = frames == 0 ? "" : "annotation",
            CreatedDate = Now,
            UpdatedDate = Now,
        };
        task.Labels.AddRange(labels.Select(Label));
        if (frames > 0)
        {
            task.Data = new TaskData { Size = frames, ChunkSize = 36, StopFrame = frames - 1, ChunksUpdatedDate = Now };
            task.Jobs.AddRange(new FrameRange(0, frames - 1).Split(segmentSize, 0).Select(range => new AnnotationJob
            {
                StartFrame = range.First,
                StopFrame = range.Last,
                CreatedDate = Now,
                UpdatedDate = Now,
            }));
        }

        return await SaveAsync(task);
    }

    /// <summary>A job of a task of its own.</summary>
    public async Task<AnnotationJob> JobAsync(User? owner = null, User? assignee = null, int frames = 3, Project? project = null, params string[] labels)
    {
        var task = await TaskAsync(owner, project: project, frames: frames, labels: labels.Length == 0 && project is null ? ["car"] : labels);
        var job = task.Jobs.Single();
        await using var db = database.CreateContext();
        db.Attach(job);
        job.AssigneeId = assignee?.Id;
        await db.SaveChangesAsync();
        return job;
    }

    /// <summary>A model that is ready, without files.</summary>
    public Task<AnnotationModel> ModelAsync(
        User? owner = null, ModelVisibility visibility = ModelVisibility.Owner, string kind = "detector", ModelState state = ModelState.Ready, string? description = null) =>
        SaveAsync(new AnnotationModel
        {
            Name = $"model {Next()}",
            OwnerId = owner?.Id,
            Visibility = visibility,
            Kind = kind,
            State = state,
            Description = description,
            CreatedDate = Now,
            UpdatedDate = Now,
        });

    /// <summary>A login key of the user, as a login would have answered it.</summary>
    public string LoginKey(User user) => Token(user, AccessTokenKind.Login, readOnly: false);

    /// <summary>A personal access token of the user.</summary>
    public string AccessToken(User user, bool readOnly = false, DateTimeOffset? expires = null) =>
        Token(user, AccessTokenKind.Personal, readOnly, expires);

    private string Token(User user, AccessTokenKind kind, bool readOnly, DateTimeOffset? expires = null)
    {
        var secret = TokenSecret.Create(kind);
        using var db = database.CreateContext();
        db.AccessTokens.Add(new AccessToken
        {
            OwnerId = user.Id,
            Kind = kind,
            Name = "given",
            Prefix = secret.Prefix,
            SecretHash = secret.Hash,
            ReadOnly = readOnly,
            ExpiryDate = expires,
            CreatedDate = TimeProvider.System.GetUtcNow(),
            UpdatedDate = TimeProvider.System.GetUtcNow(),
        });
        db.SaveChanges();
        return secret.Text;
    }

    private static DateTimeOffset Now => new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);

    private static Label Label(string name) => new() { Name = name, Color = "#0072b2" };

    private static string Next() => Interlocked.Increment(ref s_names).ToString(CultureInfo.InvariantCulture);

    private async Task<T> SaveAsync<T>(T entity)
        where T : class
    {
        await using var db = database.CreateContext();
        db.Add(entity);
        await db.SaveChangesAsync();
        return entity;
    }
}
