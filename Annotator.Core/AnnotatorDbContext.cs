using Annotator.Core.CloudStorages;
using Annotator.Core.Identity;
using Annotator.Core.Jobs;
using Annotator.Core.Media;
using Annotator.Core.Models;
using Annotator.Core.Operations;
using Annotator.Core.Projects;
using Annotator.Core.Queues;
using Annotator.Core.Tasks;
using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Core;

/// <summary>
/// Everything durable but bytes. The annotation tables are not modelled here: they are partitioned, written by
/// <c>AnnotationStore</c> only, and created by SQL beside the migrations.
/// </summary>
public sealed class AnnotatorDbContext(DbContextOptions<AnnotatorDbContext> options)
    : IdentityUserContext<User, int>(options), IDataProtectionKeyContext
{
    public DbSet<AccessToken> AccessTokens => Set<AccessToken>();
    public DbSet<InstanceSetting> InstanceSettings => Set<InstanceSetting>();
    public DbSet<Project> Projects => Set<Project>();
    public DbSet<Label> Labels => Set<Label>();
    public DbSet<LabelAttribute> LabelAttributes => Set<LabelAttribute>();
    public DbSet<AnnotationTask> Tasks => Set<AnnotationTask>();
    public DbSet<AnnotationJob> Jobs => Set<AnnotationJob>();
    public DbSet<TaskData> TaskData => Set<TaskData>();
    public DbSet<Frame> Frames => Set<Frame>();
    public DbSet<RelatedImage> RelatedImages => Set<RelatedImage>();
    public DbSet<Video> Videos => Set<Video>();
    public DbSet<CloudStorage> CloudStorages => Set<CloudStorage>();
    public DbSet<Upload> Uploads => Set<Upload>();
    public DbSet<AnnotationModel> Models => Set<AnnotationModel>();
    public DbSet<ModelMapping> ModelMappings => Set<ModelMapping>();
    public DbSet<SuggestedObjects> SuggestedObjects => Set<SuggestedObjects>();
    public DbSet<ObjectWork> ObjectWork => Set<ObjectWork>();
    public DbSet<FrameLook> FrameLooks => Set<FrameLook>();
    public DbSet<FrameDoubt> FrameDoubts => Set<FrameDoubt>();
    public DbSet<LabelQueue> LabelQueues => Set<LabelQueue>();
    public DbSet<Operation> Operations => Set<Operation>();
    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.Entity<User>().ToTable("users");
        builder.Entity<IdentityUserClaim<int>>().ToTable("user_claims");
        builder.Entity<IdentityUserLogin<int>>().ToTable("user_logins");
        builder.Entity<IdentityUserToken<int>>().ToTable("user_tokens");
        builder.ApplyConfigurationsFromAssembly(typeof(AnnotatorDbContext).Assembly);
        SnakeCaseNames.Apply(builder);
    }
}
